// A source of pages for tests: the kernel's, but calls of chosen kinds are refused from a given
// one on, and all is given back at the end, together with the records in the page map, so that one
// heap's traces are not taken for another's.
//
//   | margin | reserved … | margin |      a slice each: heaps of several tests are no neighbours

import Memory
import Platform
import Synchronization

package final class TestPages: PageSource {
  package enum Call: UInt32, CaseIterable, Sendable {
    case reserve, commit, allocateSparse, allocate, purge, release, resize, move
    case seal, setWritable, shift, hide, reveal, resetAttributes, renew
  }

  private let refusedCalls = Atomic<UInt32>(0)
  private let granted = Atomic<Int>(0)
  private let refusalLimit = Atomic<Int>(.max)
  private let calls = Atomic<Int>(0)
  private let mappings = Mutex<[Range<UInt>]>([])
  private let place: Mutex<UInt>?
  private let longestReservation: Int
  private let observe: (@Sendable (Call, UInt, Int) -> Void)?

  private static let margin = PageMap.sliceSize

  /// - Parameters:
  ///   - place: where arenas go, one behind the other; nil: anywhere.
  ///   - longestReservation: longer ones are refused.
  ///   - observe: is told of each granted call.
  package init(
    at place: UInt? = nil, longestReservation: Int = .max,
    observe: (@Sendable (Call, UInt, Int) -> Void)? = nil
  ) {
    self.place = place.map { Mutex($0) }
    self.longestReservation = longestReservation
    self.observe = observe
    TestWindow.make()
  }

  /// Calls of these kinds are refused after `count` more of them were granted, and at most `limit`
  /// of them.
  package func refuse(_ kinds: [Call], after count: Int, atMost limit: Int = .max) {
    granted.store(count, ordering: .relaxed)
    refusalLimit.store(limit, ordering: .relaxed)
    refusedCalls.store(kinds.reduce(0) { $0 | 1 << $1.rawValue }, ordering: .relaxed)
  }

  package func refuseNothing() { refusedCalls.store(0, ordering: .relaxed) }

  /// All calls so far.
  package var callCount: Int { calls.load(ordering: .relaxed) }

  private func permits(_ call: Call, _ address: UInt = 0, _ byteCount: Int = 0) -> Bool {
    calls.add(1, ordering: .relaxed)
    if refusedCalls.load(ordering: .relaxed) >> call.rawValue & 1 != 0 {
      let left = granted.subtract(1, ordering: .relaxed).oldValue
      if left <= 0 && -left < refusalLimit.load(ordering: .relaxed) { return false }
    }
    observe?(call, address, byteCount)
    return true
  }

  private func note(_ start: UInt, _ byteCount: Int) {
    mappings.withLock { $0.append(start..<start + UInt(byteCount)) }
  }

  private func forget(_ start: UInt, _ byteCount: Int) {
    let end = start + UInt(byteCount)
    mappings.withLock { mappings in
      mappings = mappings.flatMap { range -> [Range<UInt>] in
        if range.upperBound <= start || end <= range.lowerBound { return [range] }
        let before = range.lowerBound..<max(range.lowerBound, start)
        let behind = min(range.upperBound, end)..<range.upperBound
        return [before, behind].filter { !$0.isEmpty }
      }
    }
  }

  /// Gives everything back; what used this source is not used again.
  package func releaseAll() {
    mappings.withLock { mappings in
      for range in mappings {
        for address in stride(from: range.lowerBound, to: range.upperBound, by: PageMap.sliceSize) {
          guard let record = PageMap.record(address) else { continue }
          let bytes = UnsafeMutableRawBufferPointer(
            start: record, count: MemoryLayout<SpanRecord>.stride
          ).bindMemory(to: UInt8.self)
          // The margins have none, and the window's table cannot be written there.
          if bytes.contains(where: { $0 != 0 }) { bytes.update(repeating: 0) }
        }
        SystemMemory.release(range.lowerBound, byteCount: range.count)
      }
      mappings = []
    }
  }

  // MARK: PageSource

  package func reserve(byteCount: Int) -> UInt? {
    if byteCount > longestReservation || !permits(.reserve, 0, byteCount) { return nil }
    // An arena: aligned to a slice, hence reserved with less than a slice to spare.
    if byteCount > 1 << 20, byteCount % PageMap.sliceSize != 0,
      let start = reserveInPlace(byteCount)
    {
      return start
    }
    let length = byteCount + 2 * Self.margin
    guard let start = SystemMemory.reserve(byteCount: length) else { return nil }
    note(start, length)
    return start + UInt(Self.margin)
  }

  private func reserveInPlace(_ byteCount: Int) -> UInt? {
    place?.withLock { next -> UInt? in
      guard let start = reserveFixed(next, byteCount) else { return nil }
      // A reservation for alignment is longer than needed by less than a slice.
      next = (start + UInt(byteCount)) & ~PageMap.sliceMask
      return start
    }
  }

  private func reserveFixed(_ address: UInt, _ byteCount: Int) -> UInt? {
    guard let anywhere = SystemMemory.reserve(byteCount: byteCount) else { return nil }
    if anywhere == address
      || SystemMemory.move(anywhere, from: byteCount, to: byteCount, destination: address)
    {
      note(address, byteCount)
      return address
    }
    SystemMemory.release(anywhere, byteCount: byteCount)
    return nil
  }

  package var canReserveAt: Bool { true }

  package func reserve(at address: UInt, byteCount: Int) -> Bool {
    let isPermitted = permits(.reserve, address, byteCount)
    guard SystemMemory.reserve(at: address, byteCount: byteCount) else { return false }
    // Refused addresses are taken all the same, as by another thread: otherwise another test's heap would get them, and
    // stand within this one.
    note(address, byteCount)
    return isPermitted
  }

  package func setDumped(_ isDumped: Bool, _ address: UInt, byteCount: Int) {
    SystemMemory.setDumped(isDumped, address, byteCount: byteCount)
  }

  package func commit(_ address: UInt, byteCount: Int) -> Bool {
    permits(.commit, address, byteCount) && SystemMemory.commit(address, byteCount: byteCount)
  }

  // Leaves of the page map stay for the process' life.
  package func allocateSparse(byteCount: Int) -> UInt? {
    permits(.allocateSparse) ? SystemMemory.allocateSparse(byteCount: byteCount) : nil
  }

  package func allocate(byteCount: Int) -> UInt? {
    guard permits(.allocate, 0, byteCount),
      let start = SystemMemory.allocate(byteCount: byteCount)
    else { return nil }
    note(start, byteCount)
    return start
  }

  package func purge(_ address: UInt, byteCount: Int) -> Bool {
    permits(.purge, address, byteCount) && SystemMemory.purge(address, byteCount: byteCount)
  }

  package func isOneMapping(_ address: UInt, byteCount: Int) -> Bool {
    SystemMemory.isOneMapping(address, byteCount: byteCount)
  }

  package func resetAttributes(_ address: UInt, byteCount: Int) -> Bool {
    permits(.resetAttributes, address, byteCount)
      && SystemMemory.resetAttributes(address, byteCount: byteCount)
  }

  package func renew(_ address: UInt, byteCount: Int) -> Bool {
    permits(.renew, address, byteCount) && SystemMemory.renew(address, byteCount: byteCount)
  }

  package func populate(_ address: UInt, byteCount: Int) {}

  package func seal(_ address: UInt, byteCount: Int) -> Bool {
    permits(.seal, address, byteCount) && SystemMemory.seal(address, byteCount: byteCount)
  }

  package var canHide: Bool { SystemMemory.canHide }

  package func hide(_ address: UInt, byteCount: Int) -> Bool {
    permits(.hide, address, byteCount) && SystemMemory.hide(address, byteCount: byteCount)
  }

  package func reveal(_ address: UInt, byteCount: Int) -> Bool {
    permits(.reveal, address, byteCount) && SystemMemory.reveal(address, byteCount: byteCount)
  }

  package func setWritable(_ isWritable: Bool, _ address: UInt, byteCount: Int) -> Bool {
    permits(.setWritable, address, byteCount)
      && SystemMemory.setWritable(isWritable, address, byteCount: byteCount)
  }

  package func shift(_ address: UInt, byteCount: Int, destination: UInt) -> Bool {
    permits(.shift, address, byteCount)
      && SystemMemory.shift(address, byteCount: byteCount, destination: destination)
  }

  package func release(_ address: UInt, byteCount: Int) -> Bool {
    if !permits(.release, address, byteCount) { return false }
    forget(address, byteCount)
    return SystemMemory.release(address, byteCount: byteCount)
  }

  package func resize(_ address: UInt, from oldCount: Int, to newCount: Int) -> Bool {
    guard permits(.resize, address, newCount),
      SystemMemory.resize(address, from: oldCount, to: newCount)
    else { return false }
    forget(address, oldCount)
    note(address, newCount)
    return true
  }

  package func move(_ address: UInt, from oldCount: Int, to newCount: Int, destination: UInt)
    -> Bool
  {
    if !permits(.move, address, newCount) {
      forget(destination, newCount)
      SystemMemory.release(destination, byteCount: newCount)
      return false
    }
    let isMoved = SystemMemory.move(
      address, from: oldCount, to: newCount, destination: destination)
    forget(isMoved ? address : destination, isMoved ? oldCount : newCount)
    return isMoved
  }

  package func useHugePages(_ wanted: Bool, _ address: UInt, byteCount: Int) {
    SystemMemory.useHugePages(wanted, address, byteCount: byteCount)
  }
}

/// The window of the page map, made once for all tests in the process: they run beside each other, and
/// it has to be there before any of them covers an address.
package enum TestWindow {
  private static let isMade: Void = PageMap.makeWindow()

  package static func make() { isMade }
}
