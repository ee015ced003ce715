// How many clients the server lets in. The runtime itself needs files now and then, and ends the program when it gets none
// (libdispatch reads /proc/self/task), so connections must never take all that the process may open:
//
//   connections  =  the limit of open files - those open at the start - reserve,  1024 at most
//   streams      =  3/4 of that: more are refused with 503, so that the other pages are always there
//
// Connections beyond wait in the system's queue until another is closed.

import Glibc
import NIOCore
import Synchronization
import ToolKit

/// Lets connections in.
final class ConnectionGate: ChannelDuplexHandler {
  typealias InboundIn = any Channel
  typealias InboundOut = any Channel
  typealias OutboundIn = Never
  typealias OutboundOut = Never

  /// For samples, for the runtime, and for the few that are accepted in one go.
  private static let reserve = 16
  private static let most = 1024

  private let limit: Int
  private var open = 0
  private var isFull = false
  private var hasComplained = false

  /// - Parameter limit: how many may be open at once.
  init(limit: Int) { self.limit = limit }

  /// Raises our limit of open files as far as we may, and says how many connections leave enough of them; less than one
  /// where there are too few files.
  static func limit() -> Int {
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    var files = rlimit()
    getrlimit(resource, &files)
    files.rlim_cur = max(files.rlim_cur, min(files.rlim_max, 4096))
    setrlimit(resource, &files)
    getrlimit(resource, &files)
    let limit = Int(min(files.rlim_cur, 1 << 20))
    let isOpen = (0..<Int32(min(limit, 4096))).count { fcntl($0, F_GETFD) >= 0 }
    return min(limit - isOpen - reserve, most)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    open += 1
    let channel = unwrapInboundIn(data)
    let bound = NIOLoopBound((gate: self, context: context), eventLoop: context.eventLoop)
    channel.closeFuture.hop(to: context.eventLoop).whenComplete { _ in
      let (gate, context) = bound.value
      gate.open -= 1
      if gate.isFull && gate.open < gate.limit {
        gate.isFull = false
        context.read()
      }
    }
    context.fireChannelRead(data)
  }

  func read(context: ChannelHandlerContext) {
    if open < limit { return context.read() }
    isFull = true
    if !hasComplained {
      hasComplained = true
      complain(
        "\(counted(open, "connection is", "connections are")) open: more wait until one is closed")
    }
  }
}

/// Places for streams. A place is free again when nobody refers to it any more.
final class StreamPlaces: Sendable {
  final class Place: Sendable {
    private let places: StreamPlaces
    fileprivate init(_ places: StreamPlaces) { self.places = places }
    deinit { places.taken.withLock { $0.count -= 1 } }
  }

  private let limit: Int
  private let taken = Mutex((count: 0, hasComplained: false))

  /// - Parameter limit: how many connections may be open at once.
  init(connections limit: Int) { self.limit = max(1, limit * 3 / 4) }

  /// A place; nil when none is free.
  func take() -> Place? {
    let (isFree, isFirst) = taken.withLock { taken in
      if taken.count < limit {
        taken.count += 1
        return (true, false)
      }
      defer { taken.hasComplained = true }
      return (false, !taken.hasComplained)
    }
    if isFirst {
      complain("\(counted(limit, "page is", "pages are")) open at once: more are refused")
    }
    return isFree ? Place(self) : nil
  }
}
