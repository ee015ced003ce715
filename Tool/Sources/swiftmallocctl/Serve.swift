// swiftmallocctl serve: the live page, on loopback unless told otherwise.

import ArgumentParser
import Glibc
import HummingbirdCore
import LiveReader
import Logging
import NIOCore
import NIOPosix
import ToolKit

struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serve the live page.",
    discussion: """
      The page shows the processes of this user that publish counters; it needs nothing from other servers. \
      Also there: /stats.json, /metrics for Prometheus, /stats.csv?pid=PID and /threads.csv?pid=PID, \
      heap profiles where collectors look for Go's: /debug/pprof/heap, with ?pid=PID and ?seconds=N, \
      and what is in a heap: /api/types, /api/graph, /api/cycles and /api/why (&type=NAME), with ?pid=PID. \
      As many pages can be open at once as the limit of open files leaves room for (ulimit -n), at most 768.

      Only this machine can connect, unless --host says otherwise. Then everybody who reaches that address \
      can read program names, thread names and sizes: there is no password.

      A browser must ask for this machine's own name or address. Behind a proxy it asks for the proxy's: say that \
      name with --allow-host. Who may connect is then the proxy's business.

      EXAMPLES
        swiftmallocctl serve
        swiftmallocctl serve 4711 --port 0
        swiftmallocctl serve --allow-host live.example.org

      Exit status: 0 when it was interrupted; 1 when the address cannot be used, or PID publishes nothing.
      """)

  @Argument(help: "Show only this process.")
  var pid: Int32?

  @Option(parsing: .unconditional, help: "The port; 0: any that is free, which is printed.")
  var port = 8137

  @Option(help: "The address to listen at.")
  var host = "127.0.0.1"

  @Option(help: "A further host name to answer to, without a port; as often as needed.")
  var allowHost: [String] = []

  func validate() throws {
    guard (0...65535).contains(port) else { throw ValidationError("There is no port \(port).") }
    if let pid, pid <= 0 { throw ValidationError("There is no process \(pid).") }
    if let name = allowHost.first(where: { !HostRule.isName($0) }) {
      throw ValidationError("\"\(name)\" is no host name.")
    }
  }

  func run() throws {
    try needProcesses()
    if let pid {
      var sampler = Sampler(only: pid)
      _ = try sampler.first(of: pid)
    }
    // A thread takes descriptors of its own, and these answers need little.
    NIOSingletons.groupLoopCountSuggestion = 2
    let isLoopback = HostRule.isLoopback(host)
    if !isLoopback {
      complain(
        "everybody who reaches \(host) can read what the processes of this user publish: there is no password"
      )
    }
    // Nothing is written to disk: there is nothing to tidy up.
    signal(SIGINT) { _ in _exit(0) }
    signal(SIGTERM) { _ in _exit(0) }
    let source = LiveSource(only: pid)
    let place = Place(host: host, port: port)
    let answers = Answers(source, openHost: isLoopback ? nil : host, allowedHosts: allowHost)
    Task.detached { await source.keepHistory() }
    Task.detached {
      do {
        try await Serve.serve(answers, place)
      } catch {
        complain("cannot listen on \(place): \(Serve.reason(error))")
      }
      Glibc.exit(1)
    }
    while true { pause() }
  }

  private static func reason(_ error: any Error) -> String {
    switch error {
    case let error as IOError: swiftmallocctl.reason(error.errnoCode)
    case is SocketAddressError.UnknownHost, SocketAddressError.unknown: "there is no such address"
    default: "\(error)"
    }
  }

  private struct Place: CustomStringConvertible {
    let host: String
    var port: Int
    var description: String { (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }
  }

  /// Ends with an error only.
  private static func serve(_ answers: Answers, _ place: Place) async throws {
    // The server says nothing of its own.
    var logger = Logger(label: "swiftmallocctl")
    logger.logLevel = .critical
    let builder = HTTPServerBuilder.http1(
      configuration: .init(
        additionalChannelHandlers: [OneAnswer()], idleTimeout: OneAnswer.requestTime))
    let server = try builder.buildServer(
      configuration: ServerConfiguration(address: .hostname(place.host, port: place.port)),
      eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger,
      responder: { request, writer, _ in
        let response =
          await answers.server?.answer(request) ?? Response(status: .serviceUnavailable)
        try await writer.write(response: response.head, body: response.body)
      },
      onServerRunning: { channel in
        var place = place
        place.port = channel.localAddress?.port ?? 0
        let limit = ConnectionGate.limit()
        guard limit > 0 else {
          complain("too few files may be open (ulimit -n): there is none for a connection")
          Glibc.exit(1)
        }
        answers.begin(port: place.port, connections: limit)
        // Before those that make connections of what was accepted.
        try? await channel.eventLoop.submit {
          try channel.pipeline.syncOperations.addHandler(
            ConnectionGate(limit: limit), position: .first)
        }.get()
        do { try say("http://\(place)/") } catch { Glibc.exit(1) }
      })
    try await server.run()
  }
}

/// What answers, which depends on the port that the server got.
private final class Answers: @unchecked Sendable {
  private let source: LiveSource
  private let openHost: String?
  private let allowedHosts: [String]
  // Written once, before the first connection is accepted.
  private(set) var server: LiveServer?

  init(_ source: LiveSource, openHost: String?, allowedHosts: [String]) {
    self.source = source
    self.openHost = openHost
    self.allowedHosts = allowedHosts
  }

  func begin(port: Int, connections: Int) {
    server = LiveServer(
      source: source, profiles: ProfileSource(), heaps: HeapLooks(),
      rule: HostRule(port: port, openHost: openHost, allowedHosts: allowedHosts),
      places: StreamPlaces(connections: connections))
  }
}
