// A small HTTP server on the loopback address: one queue for each connection, answers in JSON. Argument: the port.
import Dispatch
import Glibc

final class Connection: @unchecked Sendable {
  private let socket: Int32
  private let source: DispatchSourceRead
  private let store: Store
  private var buffer: [UInt8] = []

  init(_ socket: Int32, _ store: Store) {
    self.socket = socket
    self.store = store
    source = DispatchSource.makeReadSource(
      fileDescriptor: socket, queue: DispatchQueue(label: "connection \(socket)"))
    source.setEventHandler { self.readable() }
    source.setCancelHandler { close(socket) }
    source.resume()
  }

  private func readable() {
    let part = [UInt8](unsafeUninitializedCapacity: 16_384) { space, count in
      count = max(0, read(socket, space.baseAddress, space.count))
    }
    guard !part.isEmpty else {
      source.setEventHandler(handler: nil)
      source.cancel()
      return
    }
    buffer += part
    while let request = Request.take(from: &buffer) { send(answer(request).bytes) }
  }

  private func send(_ bytes: [UInt8]) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        write(socket, $0.baseAddress! + sent, bytes.count - sent)
      }
      guard count > 0 else { return }
      sent += count
    }
  }

  private func answer(_ request: Request) -> Response {
    let id = request.query["id"].flatMap { Int($0) } ?? 0
    switch (request.method, request.path) {
    case ("POST", "/item"):
      var parser = JsonParser(request.body)
      guard let document = parser.value(), store.put(id, document) else { break }
      return Response(status: 200, body: .object(["stored": .number(Double(id))]))
    case ("GET", "/item"):
      guard let item = store.get(id) else { break }
      return Response(
        status: 200,
        body: .object(["item": item, "agent": .string(request.headers["user-agent"] ?? "")]))
    case ("DELETE", "/item"):
      store.delete(id)
      return Response(status: 200, body: .object(["deleted": .number(Double(id))]))
    case ("GET", "/list"):
      let items = store.list(request.query["tag"] ?? "", count: 10)
      return Response(
        status: 200, body: .object(["count": .number(Double(items.count)), "items": .array(items)]))
    default: break
    }
    return Response(
      status: 404, body: .object(["error": .string("no \(request.method) \(request.path)")]))
  }
}

signal(SIGPIPE, SIG_IGN)
let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
var address = sockaddr_in()
address.sin_family = sa_family_t(AF_INET)
address.sin_port = in_port_t(CommandLine.arguments.last ?? "")?.bigEndian ?? 0
address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
var yes: Int32 = 1
setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, 4)
let bound = withUnsafePointer(to: &address) {
  $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
    bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
  }
}
guard bound == 0, listen(listener, 64) == 0 else { fatalError("cannot listen") }
let store = Store()
while true {
  let accepted = accept(listener, nil, nil)
  guard accepted >= 0 else { continue }
  setsockopt(accepted, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, 4)
  _ = Connection(accepted, store)
}
