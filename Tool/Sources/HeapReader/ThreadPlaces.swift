// Which thread is which. The library knows a thread by the address of its words in the thread's own memory, the kernel by a
// number. Both know the same place nearly: the C library tells the kernel where each thread's list of robust locks begins
// (get_robust_list(2)), and that lies beside the thread's words, by the same distance in all threads.

import CLive
import Glibc
import Targets

package struct ThreadPlaces: Sendable {
  private let lists: [(thread: Int32, list: UInt64)]

  /// Nothing is known.
  package init() { lists = [] }

  /// Of the threads that the process has now; those that the kernel does not tell are left out.
  package init(process: pid_t) {
    lists = ProcFile.threads(of: process).compactMap { thread in
      Self.list(of: thread).map { (thread, $0) }
    }
  }

  init(_ lists: [(thread: Int32, list: UInt64)]) { self.lists = lists }

  private static func list(of thread: Int32) -> UInt64? {
    var head: UInt = 0
    var length: UInt = 0
    #if arch(x86_64)
      let call = 274
    #else
      let call = 100
    #endif
    let result = withUnsafeMutablePointer(to: &head) { head in
      withUnsafeMutablePointer(to: &length) { length in
        swiftmalloc_system_call(
          call, Int(thread), Int(bitPattern: head), Int(bitPattern: length), 0, 0, 0)
      }
    }
    return result == 0 && head != 0 ? UInt64(head) : nil
  }

  /// The threads with these words, by the distance that fits most of them.
  func numbers(of words: [UInt64]) -> [UInt64: Int32] {
    guard let some = words.first(where: { $0 != 0 }) else { return [:] }
    let wanted = Set(words)
    var best: (count: Int, size: UInt64, distance: UInt64)?
    for (_, list) in lists {
      let distance = some &- list
      let size = min(distance, 0 &- distance)
      // Thread-local memory of the libraries that are loaded at the start.
      if size > 1 << 20 { continue }
      let count = lists.reduce(0) { $0 + (wanted.contains($1.list &+ distance) ? 1 : 0) }
      if best == nil || (count, best!.size) > (best!.count, size) { best = (count, size, distance) }
    }
    guard let best else { return [:] }
    var numbers: [UInt64: Int32] = [:]
    for (thread, list) in lists where wanted.contains(list &+ best.distance) {
      numbers[list &+ best.distance] = thread
    }
    return numbers
  }
}
