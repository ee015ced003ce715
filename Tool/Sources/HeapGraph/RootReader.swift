// Where the program has pointers into the heap outside of it: data of loaded files, stacks and registers of its threads,
// thread-local variables, and its own mappings. As in the leak check, every word at a multiple of eight bytes counts.
//
//   private             all that was written to: global variables, what the program mapped, also what it has protected since
//   shared, in memory   all that was written to (memfd, /dev/shm, MAP_ANONYMOUS | MAP_SHARED)
//   shared, of a file   what is in memory, where the program may write
//   a thread's stack    from its stack pointer on; of a coroutine all: what lies below may be the stack of another one
//
// What is the allocator's own is left out: there stand the addresses of blocks, free ones and such in use.

import Targets

package struct RootReader<Memory: TargetMemory> {
  private let memory: Memory
  private let blocks: BlockTable
  private let own: [Range<UInt64>]
  private let leader: Int32
  private let threads: [ThreadState]
  private let locals: [(range: Range<UInt64>, thread: Int32)]
  private var roots: [HeapRoot] = []
  private var counts: [UInt8]

  private static var addressMask: UInt64 { 0xffff_ffff_ffff }
  // Of a block: more say nothing new, and mappings of gigabytes may be full of them.
  private static var greatestCount: UInt8 { 4 }
  private static var pieceBytes: Int { 1 << 18 }
  /// Below its stack pointer a function without calls may keep something (System V ABI, AMD64).
  package static var redZone: UInt64 { 128 }

  /// - Parameters:
  ///   - own: addresses of the allocator's, in any order.
  ///   - threads: all of the process.
  ///   - leader: the first one's number; 0: it is not known.
  package init(
    _ memory: Memory, _ blocks: BlockTable, own: [Range<UInt64>], threads: [ThreadState],
    leader: Int32 = 0
  ) {
    self.memory = memory
    self.blocks = blocks
    self.own = own.sorted { $0.lowerBound < $1.lowerBound }
    self.leader = leader
    self.threads = threads.sorted { $0.stackPointer < $1.stackPointer }
    locals = threads.filter { $0.threadPointer > Self.localBytes }.map {
      ($0.threadPointer - Self.localBytes..<$0.threadPointer &+ Self.localBytes, $0.thread)
    }
    counts = [UInt8](repeating: 0, count: blocks.count)
  }

  /// Up to four roots of each block, variables first. `touched` says which parts of some addresses in a mapping the process may
  /// have written to.
  package consuming func read(touched: Touched) -> [HeapRoot] {
    for mapping in memory.mappings where Self.isRoot(mapping) && mapping.inode != 0 {
      read(mapping, touched)
    }
    for thread in threads {
      for register in thread.registers {
        add(register, HeapRoot.Place.register, address: 0, thread.thread)
      }
    }
    let mappings = memory.mappings
    for index in mappings.indices
    where Self.isRoot(mappings[index]) && mappings[index].inode == 0 {
      read(mappings[index], isStack: isStack(mappings, index), touched)
    }
    return roots
  }

  package typealias Touched = (Range<UInt64>, TargetMapping) -> [Range<UInt64>]

  // What may not be read now may be what the program will allow again: of a reservation of terabytes it is not asked.
  private static var longestUnreadable: UInt64 { 4 << 30 }

  private static func isRoot(_ mapping: TargetMapping) -> Bool {
    if mapping.inode == 0 {
      if mapping.path.hasPrefix("[v") { return false }
      return mapping.isReadable || mapping.end - mapping.start <= longestUnreadable
    }
    if !mapping.isShared { return true }
    if !mapping.isReadable { return false }
    return mapping.isInMemory || mapping.isWritable && !mapping.path.hasPrefix("/dev/")
  }

  // A thread's stack begins above a page that cannot be read, and the thread's control block lies at its other end. A stack that the
  // program made itself, as for a coroutine, has none.
  private func isStack(_ mappings: [TargetMapping], _ index: Int) -> Bool {
    let mapping = mappings[index]
    if mapping.path == "[stack]" { return true }
    guard index > 0, mappings[index - 1].end == mapping.start, !mappings[index - 1].isReadable
    else {
      return false
    }
    // The first thread's control block lies elsewhere, perhaps behind such a stack.
    return threads.contains { thread in
      thread.thread != leader && thread.stackPointer >= mapping.start
        && thread.threadPointer < mapping.end
        && thread.threadPointer >= thread.stackPointer
    }
  }

  private mutating func read(
    _ mapping: TargetMapping, isStack: Bool = false, _ touched: Touched
  ) {
    var start = mapping.start
    let inside = threads.filter { $0.stackPointer >= start && $0.stackPointer < mapping.end }
    if isStack, let first = inside.first {
      start = max(start, first.stackPointer & ~7 - Self.redZone)
    }
    for free in withoutOwn(start..<mapping.end) {
      for part in touched(free, mapping) where part.overlaps(free) {
        read(part.clamped(to: free), mapping, inside)
      }
    }
  }

  private func withoutOwn(_ range: Range<UInt64>) -> [Range<UInt64>] {
    var parts: [Range<UInt64>] = []
    var next = range.lowerBound
    for piece in own where piece.upperBound > next && piece.lowerBound < range.upperBound {
      if piece.lowerBound > next { parts.append(next..<piece.lowerBound) }
      next = piece.upperBound
    }
    if next < range.upperBound { parts.append(next..<range.upperBound) }
    return parts
  }

  private mutating func read(
    _ range: Range<UInt64>, _ mapping: TargetMapping, _ inside: [ThreadState]
  ) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceBytes, alignment: 8)
    defer { buffer.deallocate() }
    var place = (range.lowerBound + 7) & ~7
    while place + 8 <= range.upperBound {
      let wanted = Int(min(range.upperBound - place, UInt64(Self.pieceBytes))) & ~7
      let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted])
      let count = memory.read(place, into: part) & ~7
      let words = buffer.bindMemory(to: UInt64.self)
      for index in 0..<count / 8 where words[index] != 0 {
        add(words[index], at: place + UInt64(index) * 8, mapping, inside)
      }
      // A page that is not there, behind what was read.
      place = count == wanted ? place + UInt64(count) : (place + UInt64(count)) & ~4095 + 4096
    }
  }

  @inline(__always)
  private mutating func add(
    _ word: UInt64, at address: UInt64, _ mapping: TargetMapping, _ inside: [ThreadState]
  ) {
    guard blocks.block(at: word & Self.addressMask) != nil else { return }
    if mapping.inode != 0 {
      return add(word, mapping.isWritable ? .global : .mapping, address: address, 0)
    }
    if let local = locals.first(where: { $0.range.contains(address) }) {
      return add(word, .threadLocal, address: address, local.thread)
    }
    guard let thread = inside.last(where: { $0.stackPointer - Self.redZone <= address }) else {
      return add(word, .mapping, address: address, 0)
    }
    add(word, .stack, address: address, thread.thread)
  }

  // So much around a place in the control block counts as thread-local variables.
  private static var localBytes: UInt64 { 6144 }

  private mutating func add(
    _ word: UInt64, _ place: HeapRoot.Place, address: UInt64, _ thread: Int32
  ) {
    guard let block = blocks.block(at: word & Self.addressMask),
      counts[block] < Self.greatestCount
    else { return }
    counts[block] += 1
    roots.append(
      HeapRoot(place: place, address: address, block: UInt32(block), thread: thread))
  }
}
