// A small HTTP server without packages: sixteen threads, each of which answers one request after the other.
//
//   /             who answers
//   /health       200 while it serves
//   /report?rows=20000   a document in JSON, made of objects and strings: what it takes is freed when it was sent
//
//   server [--port 8080]       serves until SIGTERM or SIGINT
//   server --health [--port]   asks a running one; for HEALTHCHECK, where an image has no curl

import Glibc

@main struct Server {
  static func main() {
    var arguments = CommandLine.arguments.dropFirst()
    var port: UInt16 = 8080
    var asks = false
    while let argument = arguments.popFirst() {
      switch argument {
      case "--health": asks = true
      case "--port":
        guard let number = arguments.popFirst().flatMap({ UInt16($0) }) else {
          end("--port needs a number below 65536")
        }
        port = number
      default: end("unknown argument \(argument)")
      }
    }
    if asks { exit(isHealthy(port) ? 0 : 1) }

    // The first process of a container gets no signal that it does not handle. All threads leave these two to `sigwait`,
    // and the process ends by `exit`: so what the library prints at exit is printed.
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGTERM)
    sigaddset(&signals, SIGINT)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    signal(SIGPIPE, SIG_IGN)

    guard let listener = Connection.listening(port) else { end("cannot listen at port \(port)") }
    for _ in 0..<16 { startThread(listener) }
    var number: Int32 = 0
    sigwait(&signals, &number)
    exit(0)
  }

  private static func end(_ reason: String) -> Never {
    let text = "server: \(reason)\n"
    write(STDERR_FILENO, text, text.utf8.count)
    exit(64)
  }

  private static func startThread(_ listener: Int32) {
    var thread = pthread_t()
    let result = pthread_create(
      &thread, nil,
      { argument in
        let listener = Int32(Int(bitPattern: argument))
        while true {
          if let connection = Connection.accepted(from: listener) { connection.serve() }
        }
      }, UnsafeMutableRawPointer(bitPattern: Int(listener)))
    if result != 0 { end("cannot start a thread: error \(result)") }
  }

  private static func isHealthy(_ port: UInt16) -> Bool {
    guard let connection = Connection.connected(to: port) else { return false }
    connection.send("GET /health HTTP/1.1\r\n\r\n")
    return connection.receiveHead()?.contains(" 200 ") ?? false
  }
}

/// What a path is answered with.
func answer(_ path: Substring) -> (status: String, type: String, body: String) {
  let parts = path.split(separator: "?", maxSplits: 1)
  switch parts.first {
  case "/": return ("200 OK", "text/plain", "a Swift server\n")
  case "/health": return ("200 OK", "text/plain", "well\n")
  case "/report":
    let rows = parts.last.flatMap { Int($0.drop { $0 != "=" }.dropFirst()) } ?? 1000
    return ("200 OK", "application/json", Report(rows: min(max(rows, 0), 1_000_000)).json)
  default: return ("404 Not Found", "text/plain", "nothing here\n")
  }
}
