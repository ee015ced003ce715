// swiftmallocctl serve: the live page, on loopback unless told otherwise.

import ArgumentParser
import Glibc
import Hummingbird
import LiveReader
import Logging

struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serve the live page.",
    discussion: """
      The page shows the processes of this user that publish counters; it needs nothing from other servers.
      Also there: /stats.json, /metrics for Prometheus, /stats.csv?pid=PID and /threads.csv?pid=PID.

      Only this machine can connect, unless --host says otherwise. Then everybody who reaches that address
      can read program names, thread names and sizes: there is no password.

      EXAMPLES
        swiftmallocctl serve
        swiftmallocctl serve 4711 --port 0

      Exit status: 0 when it was interrupted; 1 when the address cannot be used.
      """)

  @Argument(help: "Show only this process.")
  var pid: Int32?

  @Option(help: "The port; 0: any that is free, which is printed.")
  var port = 8137

  @Option(help: "The address to listen at.")
  var host = "127.0.0.1"

  func validate() throws {
    guard (0...65535).contains(port) else { throw ValidationError("There is no port \(port).") }
    if let pid, pid <= 0 { throw ValidationError("There is no process \(pid).") }
  }

  func run() throws {
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
    let (host, port) = (host, port)
    Task.detached { await source.keepHistory() }
    Task.detached {
      do {
        try await Serve.application(source, host, port, isOpen: !isLoopback).run()
      } catch {
        complain("port \(port) at \(host) cannot be used: \(error)")
      }
      Glibc.exit(1)
    }
    while true { pause() }
  }

  private static func application(
    _ source: LiveSource, _ host: String, _ port: Int, isOpen: Bool
  ) -> some ApplicationProtocol {
    let shared = Address(openHost: isOpen ? host : nil)
    let name = host.contains(":") ? "[\(host)]" : host
    // The server says nothing of its own.
    var logger = Logger(label: "swiftmallocctl")
    logger.logLevel = .critical
    return Application(
      responder: CallbackResponder<BasicRequestContext> { request, _ in
        await LiveServer(source: source, rule: shared.rule).answer(request)
      },
      configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
      onServerRunning: { channel in
        let port = channel.localAddress?.port ?? 0
        shared.set(port: port)
        say("http://\(name):\(port)/")
      },
      logger: logger)
  }
}

/// The port that the server got, which is known only when it listens.
private final class Address: @unchecked Sendable {
  // Written once, before the first request is answered.
  private(set) var rule: HostRule

  init(openHost: String?) { rule = HostRule(port: -1, openHost: openHost) }

  func set(port: Int) { rule = HostRule(port: port, openHost: rule.openHost) }
}
