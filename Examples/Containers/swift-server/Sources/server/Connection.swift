import Glibc

/// A connection by TCP, closed when it goes.
struct Connection: ~Copyable {
  private let socket: Int32

  private init(_ socket: Int32) { self.socket = socket }
  deinit { close(socket) }

  /// A socket that listens at all addresses of this machine, IPv4; nil: the port is taken, or the system refuses.
  static func listening(_ port: UInt16) -> Int32? {
    let listener = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var yes: Int32 = 1
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    guard withAddress(port, INADDR_ANY, { bind(listener, $0, $1) }) == 0, listen(listener, 512) == 0
    else { return nil }
    return listener
  }

  /// The next one that comes; nil: it is gone already.
  static func accepted(from listener: Int32) -> Connection? {
    let socket = accept(listener, nil, nil)
    return socket < 0 ? nil : Connection(socket)
  }

  /// One to a server on this machine.
  static func connected(to port: UInt16) -> Connection? {
    let connection = Connection(Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
    let socket = connection.socket
    if withAddress(port, INADDR_LOOPBACK, { connect(socket, $0, $1) }) != 0 { return nil }
    return connection
  }

  private static func withAddress(
    _ port: UInt16, _ host: UInt32, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = host.bigEndian
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }

  /// Answers one request. The connection ends with it, so that no client keeps a thread.
  borrowing func serve() {
    guard let head = receiveHead() else { return }
    let words = head.prefix { $0 != "\r\n" }.split(separator: " ")
    guard words.count == 3, words[0] == "GET" else { return }
    let answer = answer(words[1])
    send(
      "HTTP/1.1 \(answer.status)\r\nContent-Type: \(answer.type)\r\n"
        + "Content-Length: \(answer.body.utf8.count)\r\nConnection: close\r\n\r\n")
    send(answer.body)
  }

  /// What comes up to an empty line, and perhaps more; nil: the other side closed before, or sent 16 KiB without one.
  borrowing func receiveHead() -> String? {
    var text = ""
    var part = [UInt8](repeating: 0, count: 4096)
    while text.utf8.count < 16384 {
      let count = read(socket, &part, part.count)
      if count <= 0 { return nil }
      text += String(decoding: part[..<count], as: UTF8.self)
      if text.contains("\r\n\r\n") { return text }
    }
    return nil
  }

  /// Sends it all, or until the other side is gone.
  borrowing func send(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      var sent = 0
      while sent < bytes.count {
        let count = write(socket, bytes.baseAddress! + sent, bytes.count - sent)
        if count <= 0 { return }
        sent += count
      }
    }
  }
}
