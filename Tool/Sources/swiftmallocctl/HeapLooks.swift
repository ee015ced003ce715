// Looks at heaps for the page. A thread of its own takes them, one after the other: a look reads a whole heap, which no task may
// do, and stands a process still for milliseconds, so whoever asks within a second shares one. Nobody is looked at unasked.

import Glibc
import HeapGraph
import HeapLook
import LiveReader
import NIOPosix
import ToolKit

/// Types and pointers of processes.
final class HeapLooks: Sendable {
  /// So many first looks are kept for pages that ask what grew since.
  private static let keptTables = 16
  private static let freshness: UInt64 = 1_000_000_000
  /// Seconds: one image answers those who click from type to type. A million blocks are some 50 MB, so it goes then.
  private static let imageLife = 15
  /// Microseconds between two looks: what looks lost at both is lost.
  private static let pause: UInt32 = 500_000

  private struct Table {
    let process: Int32
    /// Milliseconds since 1970.
    let time: Int
    let boot: UInt64
    let table: TypeTable
    let stopSeconds: Double?
  }

  private struct Image {
    let process: Int32
    let boot: UInt64
    let image: HeapImage
  }

  // Of the one thread alone.
  private final class State: @unchecked Sendable {
    var last: Table?
    /// The oldest first.
    var first: [Table] = []
    var image: Image?
  }

  private let thread = NIOThreadPool(numberOfThreads: 1)
  private let state = State()

  init() { thread.start() }

  /// The types of a process. Throws NoLook.
  /// - Parameter time: of the look since which growth is told. Nil, or one that is not known any more: this is a first look.
  func types(of process: Int32, since time: Int?) async throws -> JSONText {
    try await thread.runIfActive { [self] in
      let now = try table(of: process)
      let first = state.first.first { $0.process == process && $0.time == time }
      if first == nil { keep(now) }
      return WatchedTypesText(
        now.table, time: now.time, since: first.map { ($0.table, $0.time) },
        stopSeconds: now.stopSeconds
      ).json
    }
  }

  /// What `make` tells of the heap of a process. Throws NoLook, and what `make` throws.
  func answer(
    of process: Int32, _ make: @escaping @Sendable (HeapImage) throws -> String
  ) async throws -> String {
    try await thread.runIfActive { [self] in try make(image(of: process)) }
  }

  /// The JSON of retain cycles: what was lost at two looks. Throws NoLook.
  func cycles(of process: Int32, rows: Int) async throws -> String {
    try await thread.runIfActive { [self] in
      var image = try image(of: process)
      var earlier: HeapImage?
      if !RetainCycles.all(in: image).isEmpty {
        earlier = image
        usleep(Self.pause)
        image = try look(at: process)
      }
      return CyclesText(image, of: "process \(process)", rows: rows, alsoIn: earlier).json
    }
  }

  private func look(at process: Int32) throws -> HeapImage {
    try HeapLook.reading(process) { try HeapLook.image(of: process, isStill: false) }
  }

  private func keep(_ table: Table) {
    if state.first.contains(where: { $0.process == table.process && $0.time == table.time }) {
      return
    }
    state.first.append(table)
    if state.first.count > Self.keptTables { state.first.removeFirst() }
  }

  private func table(of process: Int32) throws -> Table {
    if let last = state.last, last.process == process, Clock.boot() < last.boot + Self.freshness {
      return last
    }
    let look = try HeapLook.reading(process) { try HeapLook(process: process) }
    let table = Table(
      process: process, time: Clock.epochMilliseconds(), boot: Clock.boot(),
      table: look.table, stopSeconds: look.stopSeconds)
    state.last = table
    return table
  }

  private func image(of process: Int32) throws -> HeapImage {
    let life = UInt64(Self.imageLife) * 1_000_000_000
    if let kept = state.image, kept.process == process, Clock.boot() < kept.boot + life {
      return kept.image
    }
    // Two of them at once would be twice the memory.
    state.image = nil
    let boot = Clock.boot()
    let image = try look(at: process)
    state.image = Image(process: process, boot: boot, image: image)
    Task { [self] in
      try? await Task.sleep(for: .seconds(Self.imageLife))
      try? await thread.runIfActive { [self] in
        if state.image?.boot == boot { state.image = nil }
      }
    }
    return image
  }
}
