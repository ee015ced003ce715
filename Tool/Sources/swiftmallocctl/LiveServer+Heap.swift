// What the server answers about what is in the heap of a process, by a look from outside. JSON as the commands print it:
//
//   /api/types?pid=&since=      a table of types, and by how much each grew since an earlier answer, named by its time
//   /api/graph?pid=             what the objects of each type retain
//   /api/cycles?pid=            retain cycles that nothing else holds
//   /api/why?pid=&type=         the shortest ways to objects of a type; with &address= to a block
//
// A look stands the process still for milliseconds: who may only read here gets none, and no other site can cause one.

import HTTPTypes
import HeapGraph
import HummingbirdCore
import LiveReader
import NIOCore
import ToolKit

extension LiveServer {
  private static let graphRows = 500
  private static let cycleRows = 50
  private static let wayRows = 10
  private static let wayBlocks = 60

  /// The answer, an error among them; nil: there is no such page.
  func heapAnswer(_ request: Request) async -> Response? {
    let parameters = request.uri.queryParameters
    switch request.uri.path {
    case "/api/types":
      var since: Int?
      if let text = parameters["since"] {
        guard let time = Int(text) else {
          return Self.error(.badRequest, "The parameter since is no time of an earlier answer.")
        }
        since = time
      }
      return await looking(request) { [since] process in
        try await ByteBuffer(bytes: heaps.types(of: process, since: since).bytes)
      }
    case "/api/graph":
      return await looking(request) { process in
        try await told(of: process) {
          RetainedText($0, of: "process \(process)", rows: Self.graphRows).json
        }
      }
    case "/api/cycles":
      return await looking(request) { process in
        ByteBuffer(string: try await heaps.cycles(of: process, rows: Self.cycleRows))
      }
    case "/api/why":
      let target = parameters["type"] ?? parameters["address"]
      guard let target = target.map(String.init), !target.isEmpty else {
        return Self.error(.badRequest, "Say which objects: ?type=NAME or ?address=0x….")
      }
      return await looking(request) { process in
        try await told(of: process) {
          try WhyText(target, in: $0, of: "process \(process)", rows: Self.wayRows)
            .json(blockLimit: Self.wayBlocks)
        }
      }
    default: return nil
    }
  }

  private func told(
    of process: Int32, _ make: @escaping @Sendable (HeapImage) throws -> String
  ) async throws -> ByteBuffer {
    ByteBuffer(string: try await heaps.answer(of: process, make))
  }

  private func looking(
    _ request: Request, _ body: (Int32) async throws -> ByteBuffer
  ) async -> Response {
    if let site = request.headers[.fetchSite], site != "same-origin", site != "none" {
      return Self.error(.forbidden, "No other site looks into processes.")
    }
    guard rule.openHost == nil else {
      return Self.error(
        .forbidden, "Others can read here, and nobody looks into heaps: swiftmallocctl types PID.")
    }
    return await ofProcess(request) { view in
      let process = view.snapshot.processID
      guard view.state == .running else {
        return Self.error(.conflict, "Process \(process) has ended.")
      }
      do {
        return Self.response("application/json", try await body(process))
      } catch {
        return Self.error(.conflict, "\("\(error)".capitalizedSentence).")
      }
    }
  }
}

extension HTTPField.Name {
  // What a browser says of who asks: cross-site, same-site, same-origin, or none for a person.
  static let fetchSite = HTTPField.Name("Sec-Fetch-Site")!
}
