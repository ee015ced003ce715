// What the debugging modes need of the process, set up once for all tests in it: threads with
// numbers, and a file that reports go to.

import CShims
import Platform
import Traces

#if canImport(Glibc)
  import Glibc
#endif

package enum TestProcess {
  private static let logPath = "/tmp/swiftmalloc-tests-\(getpid()).log"

  private static let isStarted: Bool = {
    System.initialize()
    ThreadTable.start()
    // A thread that has a number is watched.
    let error = swiftmalloc_register({}, {}, {}, { _ in ThreadTable.endThread() })
    let bytes = Array(logPath.utf8CString)
    let isNamed = bytes.withUnsafeBufferPointer {
      LogFile.setPath($0.baseAddress!, count: $0.count - 1)
    }
    atexit { unlink(TestProcess.logPath) }
    return error == 0 && isNamed
  }()

  /// Call it before the first heap.
  package static func start() -> Bool { isStarted }

  /// All reports so far, of all tests.
  package static var log: String {
    guard let file = fopen(logPath, "r") else { return "" }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = fread(&part, 1, part.count, file)
      if count <= 0 { break }
      bytes += part.prefix(count)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// A thread for the time of a test.
package struct TestThread {
  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  private var thread = pthread_t()

  /// Nil when the system refuses.
  package init?(_ run: @escaping @Sendable () -> Void) {
    let body = Unmanaged.passRetained(Body(run)).toOpaque()
    let error = pthread_create(
      &thread, nil,
      { body in
        Unmanaged<Body>.fromOpaque(body!).takeRetainedValue().run()
        return nil
      }, body)
    if error != 0 { return nil }
  }

  /// Waits for its end.
  package func join() { pthread_join(thread, nil) }
}
