// A connection has one request and one answer, which says "Connection: close": a page needs two or three of them, and then
// no client holds one for nothing. HTTP/1.0, which expects that, needs no other treatment.
//
//   answered                      we send no more; the client has some seconds to close, or it is closed
//   no whole request after 30 s   closed, by Hummingbird's idle time

import NIOCore
import NIOHTTPTypes

/// Closes a connection behind the answer.
final class OneAnswer: ChannelOutboundHandler, RemovableChannelHandler {
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  /// How long a request may take to come.
  static let requestTime = TimeAmount.seconds(30)
  private static let closeTime = TimeAmount.seconds(5)

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head(var head):
      head.headerFields[.connection] = "close"
      context.write(wrapOutboundOut(.head(head)), promise: promise)
    case .body:
      context.write(data, promise: promise)
    case .end:
      let written = promise ?? context.eventLoop.makePromise()
      let channel = context.channel
      written.futureResult.whenComplete { _ in
        // Only our direction: what is still on its way would be lost with the other one.
        channel.close(mode: .output, promise: nil)
        let late = channel.eventLoop.scheduleTask(in: OneAnswer.closeTime) {
          channel.close(promise: nil)
        }
        channel.closeFuture.whenComplete { _ in late.cancel() }
      }
      context.writeAndFlush(data, promise: written)
    }
  }
}
