// What the server answers about heap profiles:
//
//   /debug/pprof/heap      as Go's net/http/pprof has it: a profile of pprof, with names; ?seconds=N of what changed meanwhile;
//                          ?pid= chooses the process, which only several need
//   /debug/pprof/allocs    the same, which a reader shows by what was allocated
//   /profile.json?pid=     the same for the page
//   /profile/start, /profile/stop?pid=    samples are taken, or no more: by POST, of our own page alone

import HTTPTypes
import HummingbirdCore
import LiveReader
import NIOCore
import ProfileFiles
import ToolKit

extension LiveServer {
  /// A file of pprof.
  func pprof(_ request: Request, byAllocation: Bool) async -> Response {
    var seconds = 0
    if let text = request.uri.queryParameters["seconds"] {
      guard let number = Int(text), (1...3600).contains(number) else {
        return Self.error(.badRequest, "The parameter seconds is no number from 1 to 3600.")
      }
      seconds = number
    }
    let id: Int32
    if request.uri.queryParameters["pid"] == nil {
      let processes = await source.taken(atMost: 100).sample.processes
      let able = processes.filter { $0.snapshot.profileInterval ?? 0 > 0 && $0.state == .running }
      guard able.count == 1 else {
        return Self.error(
          able.isEmpty ? .notFound : .badRequest,
          able.isEmpty
            ? "No process of this user takes samples: swiftmallocctl profile PID --start."
            : "\(able.count) processes take samples: say which one, ?pid=NUMBER.")
      }
      id = able[0].snapshot.processID
    } else {
      switch await chosenProcess(request) {
      case .success(let view): id = view.snapshot.processID
      case .failure(let refusal): return refusal.response
      }
    }
    return await answering {
      var profile = try await profiles.taken(id).profile
      if seconds > 0 {
        let base = profile
        try await Task.sleep(for: .seconds(seconds))
        profile = try ProfileSum.difference(of: try await profiles.taken(id).profile, from: base)
      }
      if byAllocation { profile.defaultSampleType = "alloc_space" }
      var response = Self.response("application/octet-stream", ByteBuffer(bytes: profile.file))
      response.headers[.contentDisposition] =
        "attachment; filename=\"\(byAllocation ? "allocs" : "heap")\""
      return response
    }
  }

  /// The JSON that the page draws.
  func profileJSON(_ request: Request) async -> Response {
    await ofProcess(request) { view in
      await answering {
        let taken = try await profiles.taken(view.snapshot.processID)
        let json = ProfileJSON(taken.profile, complaints: taken.complaints).text
        return Self.response("application/json", ByteBuffer(bytes: json.bytes))
      }
    }
  }

  /// Switches sampling. Another site cannot send the header field without being asked first, and we do not answer that.
  func setSampling(_ request: Request, _ isOn: Bool) async -> Response {
    guard request.headers[.fromOurPage] != nil else {
      return Self.error(.forbidden, "Only the page of this server switches sampling.")
    }
    guard rule.openHost == nil else {
      return Self.error(
        .forbidden,
        "Others can read here, and nobody can switch: swiftmallocctl profile PID --start."
      )
    }
    return await ofProcess(request) { view in
      await answering {
        try await profiles.setSampling(view.snapshot.processID, isOn)
        return Self.response("text/plain; charset=utf-8", ByteBuffer(string: "done\n"))
      }
    }
  }

  private func answering(_ body: () async throws -> Response) async -> Response {
    do { return try await body() } catch let error as LiveFileError {
      return Self.error(.conflict, "\(error.description.capitalizedSentence).")
    } catch {
      return Self.error(.conflict, "The profile cannot be made: \(error).")
    }
  }
}

extension HTTPField.Name {
  static let fromOurPage = HTTPField.Name("X-Swiftmallocctl")!
}

extension String {
  var capitalizedSentence: String { prefix(1).uppercased() + dropFirst() }
}
