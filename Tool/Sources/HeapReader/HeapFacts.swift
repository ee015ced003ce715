// What is read of the heaps that blocks belong to: their names, their thread caches with the blocks that wait there, and where
// bump heaps stopped.

import CLive
import Targets

/// One heap of the process.
package struct HeapFacts: Equatable, Sendable {
  /// What the program called it; "process" of the heap that malloc takes from, "unnamed" of one without a name.
  package let name: String
  /// Whether the program deleted it, and its blocks live on.
  package let isDeleted: Bool
}

struct CapturedHeap {
  var facts: HeapFacts
  var isProcess = false
  var isBump = false
  /// Of a local heap: the words of its thread.
  var thread: UInt64 = 0
  /// Of a bump heap: the chunk it takes from, and where that one's blocks end.
  var chunk: UInt64 = 0
  var chunkEnd: UInt64 = 0
}

struct HeapsAndCaches {
  private let memory: any TargetMemory
  private let layout: HeapLayout
  private(set) var heaps: [UInt64: CapturedHeap] = [:]
  /// The words of the thread that owns spans by this cache.
  private(set) var threads: [UInt64: UInt64] = [:]
  /// Blocks that wait in thread caches: of the record's span, a word's number and its bits.
  private(set) var pending: [UInt64: [(word: Int, bits: UInt64)]] = [:]
  /// Threads that are inside of malloc or free.
  private(set) var busyThreads = 0

  // More than a process has threads.
  private static var cacheLimit: Int { 1 << 17 }

  init(_ memory: any TargetMemory, _ layout: HeapLayout) {
    self.memory = memory
    self.layout = layout
  }

  /// Reads what is known of the heap whose state lies at `address`; false when none is there.
  mutating func add(_ address: UInt64) throws(HeapReaderError) -> Bool {
    guard address != 0, let note = memory.word(at: address &+ UInt64(layout.table.heap.note)) else {
      return false
    }
    if note == 0 {
      heaps[address] = CapturedHeap(
        facts: HeapFacts(name: "process", isDeleted: false), isProcess: true)
      try readCaches(address)
      return true
    }
    let at = layout.table.slot
    let slot = memory.bytes(at: note & ~1, count: Int(at.byte_count))
    if slot.count < Int(at.byte_count) { return false }
    func word(_ place: UInt16) -> UInt64 {
      slot.withUnsafeBytes {
        $0.loadUnaligned(fromByteOffset: Int(min(place, at.byte_count - 8)), as: UInt64.self)
      }
    }
    let kind = slot[Int(min(at.kind, at.byte_count - 1))]
    let isKnown = kind == at.kind_plain || kind == at.kind_cached || kind == at.kind_bump
    if !isKnown || word(at.storage) != address { return false }
    let name = slot[Int(at.name)..<Int(at.name + at.name_byte_count)].prefix { $0 != 0 }
    var heap = CapturedHeap(
      facts: HeapFacts(
        name: name.isEmpty ? "unnamed" : String(decoding: name, as: UTF8.self),
        isDeleted: note & 1 != 0))
    if slot[Int(min(at.is_local, at.byte_count - 1))] != 0 { heap.thread = word(at.owner) }
    if kind == at.kind_bump {
      heap.isBump = true
      try readBump(word(at.bump), &heap)
    }
    heaps[address] = heap
    if kind == at.kind_cached { try readCaches(address) }
    return true
  }

  private func readBump(_ address: UInt64, _ heap: inout CapturedHeap) throws(HeapReaderError) {
    let at = layout.table.bump
    guard let place = memory.word(at: address &+ UInt64(at.place)),
      let chunk = memory.word(at: address &+ UInt64(at.chunk)),
      let end = memory.word(at: place &+ UInt64(at.next))
    else { throw .damaged("the state of a bump heap cannot be read", address) }
    heap.chunk = chunk
    heap.chunkEnd = end
  }

  private mutating func readCaches(_ heap: UInt64) throws(HeapReaderError) {
    try readCaches(from: heap &+ UInt64(layout.table.heap.caches), of: heap)
    try readCaches(from: heap &+ UInt64(layout.table.heap.orphans), of: heap)
  }

  private mutating func readCaches(from list: UInt64, of heap: UInt64) throws(HeapReaderError) {
    let at = layout.table.cache
    var next = memory.word(at: list) ?? 0
    var seen: Set<UInt64> = []
    while next != 0 {
      let bytes = memory.bytes(at: next, count: Int(at.byte_count))
      // A thread that ended meanwhile took its cache out: what is behind it is told no more.
      guard bytes.count == Int(at.byte_count), seen.count < Self.cacheLimit,
        seen.insert(next).inserted, number(bytes, at.heap) == heap
      else { throw .damaged("the list of thread caches is broken", next) }
      take(next, bytes)
      next = number(bytes, at.next)
    }
  }

  private mutating func take(_ cache: UInt64, _ bytes: [UInt8]) {
    let at = layout.table.cache
    let thread = number(bytes, at.thread)
    threads[cache] = thread
    if thread != 0, let ready = memory.word(at: thread &+ UInt64(layout.table.thread.ready)),
      ready & 1 != 0, ready > UInt64(layout.table.thread.ready_limit)
    {
      busyThreads += 1
    }
    for index in 0..<Int(at.pending_count) {
      let place = Int(at.pending) + index * 16
      let (key, bits) = bytes.withUnsafeBytes {
        (
          $0.loadUnaligned(fromByteOffset: place, as: UInt64.self),
          $0.loadUnaligned(fromByteOffset: place + 8, as: UInt64.self)
        )
      }
      if bits == 0 { continue }
      let mask = UInt64(layout.table.record.stride) - 1
      pending[key & ~mask, default: []].append((Int(key & mask), bits))
    }
  }

  private func number(_ bytes: [UInt8], _ place: UInt16) -> UInt64 {
    bytes.withUnsafeBytes {
      $0.loadUnaligned(fromByteOffset: min(Int(place), $0.count - 8), as: UInt64.self)
    }
  }
}
