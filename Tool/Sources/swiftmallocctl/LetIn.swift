// Why a process is not looked into, as one sentence; and what is tried before: one that publishes (SWIFTMALLOC_LIVE=1) lets us in
// where the system would not.

import Glibc
import HeapLook
import LiveReader
import Targets

/// Why there is no look, as one sentence.
struct NoLook: Error, CustomStringConvertible {
  let description: String
}

extension HeapLook {
  /// What `body` looks at, or the sentence that says why there is nothing.
  static func reading<Value>(
    _ process: Int32, _ body: () throws -> Value
  ) throws(NoLook) -> Value {
    do {
      do { return try body() } catch let error as TargetError where error.canBeAsked {
        return try letIn(process, error, body)
      }
    } catch let error as NoLook {
      throw error
    } catch let error as TargetError {
      throw NoLook(description: error.description)
    } catch {
      throw NoLook(description: "process \(process) cannot be looked into: \(error)")
    }
  }

  /// Milliseconds for the process to let us in, and to take that back.
  private static var patience: Int { 3000 }
  private static var shortPatience: Int { 200 }

  /// The same by a process that lets us in.
  /// - Parameter refusal: what the system said before.
  private static func letIn<Value>(
    _ process: Int32, _ refusal: TargetError, _ body: () throws -> Value
  ) throws -> Value {
    let request: LookRequest
    do {
      guard let file = try LiveFolders().openIfPresent(process) else { throw refusal }
      request = try LookRequest(file)
      try request.begin(within: patience)
    } catch let error as LiveFileError {
      throw NoLook(description: "\(refusal); asked to let you in, \(error)")
    }
    defer { request.end(within: shortPatience) }
    do { return try body() } catch let error as TargetError where error.canBeAsked {
      throw NoLook(description: "\(error); it has let you in, which was not enough")
    }
  }
}
