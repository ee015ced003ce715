// The server of the page: what is answered to which request. All answers are made here, without files from disk:
//
//   /              the page, which is embedded in the program
//   /events        samples as server-sent events, of all processes or with ?pid= of one
//   /stats.json    a sample, likewise         /history.json?pid=   what was seen so far
//   /metrics       for Prometheus             /stats.csv?pid=  /threads.csv?pid=
//   /debug/pprof/… and /profile…              heap profiles (LiveServer+Profile)
//   /api/…                                    what is in a heap (LiveServer+Heap)
//
// Only GET and HEAD, but for what switches sampling, only from a Host that is ours (HostRule), nothing is cached, no other site may read an answer.

import Glibc
import HTTPTypes
import HummingbirdCore
import LiveReader
import NIOCore
import ToolKit

/// Answers requests.
struct LiveServer: Sendable {
  let source: LiveSource
  let profiles: ProfileSource
  let heaps: HeapLooks
  let rule: HostRule
  let places: StreamPlaces

  /// Never fails: an error is an answer, too.
  func answer(_ request: Request) async -> Response {
    var response: Response
    if !rule.allows(request.head.authority) {
      response = LiveServer.error(.forbidden, "This server answers to its own address only.")
    } else if request.method == .post, let isOn = LiveServer.switches[request.uri.path] {
      response = await setSampling(request, isOn)
    } else if request.method != .get && request.method != .head {
      response = LiveServer.error(.methodNotAllowed, "Only GET and HEAD.")
      response.headers[.allow] = "GET, HEAD"
    } else {
      response = await answerPath(request)
    }
    response.headers[.date] = LiveServer.date()
    response.headers[.cacheControl] = "no-store"
    response.headers[.contentTypeOptions] = "nosniff"
    response.headers[.referrerPolicy] = "no-referrer"
    response.headers[.resourcePolicy] = "same-origin"
    if response.headers[.contentSecurityPolicy] == nil {
      response.headers[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'"
    }
    if request.method == .head {
      // Setting the body sets the length as well.
      let length = response.body.contentLength
      response.body = ResponseBody()
      response.headers[.contentLength] = length.map { String($0) }
    }
    return response
  }

  private static let switches = ["/profile/start": true, "/profile/stop": false]

  private func answerPath(_ request: Request) async -> Response {
    switch request.uri.path {
    case "/", "/index.html": return Page.response()
    case "/events": return await ifPresent(request) { events(request, only: $0) }
    case "/stats.json":
      return await ifPresent(request) {
        let taken = await source.taken(atMost: 100)
        return LiveServer.response("application/json", taken.json(only: $0))
      }
    case "/metrics":
      let text = PrometheusText(await source.taken(atMost: 100).sample).text
      return LiveServer.response(
        "text/plain; version=0.0.4; charset=utf-8", ByteBuffer(string: text))
    case "/history.json":
      return await ofProcess(request) { view in
        let id = view.snapshot.processID
        let history = await source.history(id) ?? History()
        return LiveServer.response(
          "application/json", ByteBuffer(bytes: history.json(processID: id).bytes))
      }
    case "/stats.csv":
      return await ofProcess(request) { LiveServer.csv($0, "classes", $0.classesCSV()) }
    case "/threads.csv":
      return await ofProcess(request) { LiveServer.csv($0, "threads", $0.threadsCSV()) }
    case "/debug/pprof/heap": return await pprof(request, byAllocation: false)
    case "/debug/pprof/allocs": return await pprof(request, byAllocation: true)
    case "/profile.json": return await profileJSON(request)
    default:
      return await heapAnswer(request) ?? LiveServer.error(.notFound, "There is no such page.")
    }
  }

  /// An answer in the place of what was asked for.
  struct Refusal: Error {
    let response: Response
  }

  /// The process that `pid` names, which must be there.
  func chosenProcess(_ request: Request) async -> Result<ProcessView, Refusal> {
    func refused(_ status: HTTPResponse.Status, _ sentence: String) -> Result<ProcessView, Refusal>
    {
      .failure(Refusal(response: LiveServer.error(status, sentence)))
    }
    guard let text = request.uri.queryParameters["pid"] else {
      return refused(.badRequest, "Say which process: ?pid=NUMBER.")
    }
    guard let id = Int32(text), id > 0 else {
      return refused(.badRequest, "The parameter pid is no process id.")
    }
    let processes = await source.taken(atMost: 100).sample.processes
    guard let view = processes.first(where: { $0.snapshot.processID == id }) else {
      return refused(.notFound, "No process \(id) of this user publishes counters.")
    }
    return .success(view)
  }

  /// Answers for the process that `pid` names, which must be there.
  func ofProcess(_ request: Request, _ body: (ProcessView) async -> Response) async -> Response {
    switch await chosenProcess(request) {
    case .success(let view): await body(view)
    case .failure(let refusal): refusal.response
    }
  }

  /// Answers for the process that `pid` names, or without it for all.
  private func ifPresent(
    _ request: Request, _ body: (Int32?) async -> Response
  ) async -> Response {
    if request.uri.queryParameters["pid"] == nil { return await body(nil) }
    return await ofProcess(request) { await body($0.snapshot.processID) }
  }

  private func events(_ request: Request, only: Int32?) -> Response {
    var interval = 1000
    if let text = request.uri.queryParameters["interval"] {
      guard let number = Int(text) else {
        return LiveServer.error(.badRequest, "The parameter interval is no number of milliseconds.")
      }
      interval = min(max(number, 100), 10000)
    }
    if request.method == .head {
      return Response(
        status: .ok, headers: [.contentType: "text/event-stream"], body: ResponseBody())
    }
    guard let place = places.take() else {
      return LiveServer.error(
        .serviceUnavailable, "As many streams are open as this server can have.")
    }
    let stream = EventStream(source: source, interval: interval, only: only, place: place)
    return Response(
      status: .ok, headers: [.contentType: "text/event-stream"],
      body: ResponseBody { writer in try await stream.write(to: &writer) })
  }

  static func response(_ type: String, _ body: ByteBuffer) -> Response {
    Response(status: .ok, headers: [.contentType: type], body: ResponseBody(byteBuffer: body))
  }

  private static func csv(_ view: ProcessView, _ name: String, _ text: String) -> Response {
    var response = response("text/csv; charset=utf-8", ByteBuffer(string: text))
    response.headers[.contentDisposition] =
      "attachment; filename=\"swiftmalloc-\(view.snapshot.processID)-\(name).csv\""
    return response
  }

  /// The time as RFC 9110, 5.6.7, writes it.
  private static func date() -> String {
    var now = time(nil)
    var parts = tm()
    gmtime_r(&now, &parts)
    var text = [CChar](repeating: 0, count: 64)
    // The program never sets another locale than C.
    let count = strftime(&text, text.count, "%a, %d %b %Y %H:%M:%S GMT", &parts)
    return String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  static func error(_ status: HTTPResponse.Status, _ sentence: String) -> Response {
    Response(
      status: status, headers: [.contentType: "text/plain; charset=utf-8"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: sentence + "\n")))
  }
}

/// Server-sent events of one client. A client that reads slowly gets fewer samples, not old ones; one that goes away
/// ends its stream at the next sample.
struct EventStream: Sendable {
  let source: LiveSource
  /// Milliseconds.
  let interval: Int
  /// Nil: all processes.
  let only: Int32?
  /// Kept as long as this stream is.
  let place: StreamPlaces.Place

  func write(to writer: inout any ResponseBodyWriter) async throws {
    let clock = ContinuousClock()
    var next = clock.now
    while true {
      let taken = await source.taken(atMost: interval * 9 / 10)
      var event = ByteBuffer(string: "event: sample\nid: \(taken.sample.time)\ndata: ")
      event.writeImmutableBuffer(taken.json(only: only))
      event.writeString("\n\n")
      try await writer.write(event)
      next = max(next + .milliseconds(interval), clock.now)
      try await Task.sleep(until: next, clock: clock)
    }
  }
}

extension HTTPField.Name {
  static let contentTypeOptions = HTTPField.Name("X-Content-Type-Options")!
  static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
  static let resourcePolicy = HTTPField.Name("Cross-Origin-Resource-Policy")!
}
