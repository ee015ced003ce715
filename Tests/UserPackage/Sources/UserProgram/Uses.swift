// Cases without an error: they print what they saw.

import Glibc
import SwiftMallocDebug

func buffer(_ byteCount: Int) -> UnsafeMutableRawBufferPointer {
  .allocate(byteCount: byteCount, alignment: 16)
}

/// Allocates and fills blocks until there is no memory.
func fill<Policy: DebugPolicy>(_ heap: DebugHeap<Policy>, _ byteCount: Int)
  -> [UnsafeMutableRawPointer]
{
  var blocks: [UnsafeMutableRawPointer] = []
  while let block = heap.allocate(byteCount: byteCount) {
    block.initializeMemory(as: UInt8.self, repeating: UInt8(blocks.count & 255), count: byteCount)
    blocks.append(block)
  }
  return blocks
}

func exhaust(_ byteCount: Int, largest: Int) -> Bool {
  let buffer = buffer(byteCount)
  defer { buffer.deallocate() }
  guard let pages = FixedBufferPages(buffer),
    let heap = DebugHeap<BufferPolicy>(wrapping: pages)
  else { return false }
  for round in 0..<6 {
    for size in [largest, 1000, 40, 9000] {
      let blocks = fill(heap, size)
      for (index, block) in blocks.enumerated() {
        if block < buffer.baseAddress! || block + size > buffer.baseAddress! + buffer.count
          || block.load(as: UInt8.self) != UInt8(index & 255)
        {
          print("block \(index) of \(size) bytes is not as it was left")
        }
        heap.deallocate(block, byteCount: size)
      }
      // What small blocks took remains with small blocks.
      if blocks.isEmpty, size != largest || round == 0 {
        print("round \(round): no block of \(size) bytes")
      }
    }
  }
  return heap.check() == 0 && heap.usage().requestedBytes == 0 && heap.liveBlockCount() == 0
}

func exhaustFixedBuffer() { print("as it should be:", exhaust(8 << 20, largest: 100_000)) }
func exhaustSmallestBuffer() { print("as it should be:", exhaust(1 << 19, largest: 9000)) }

/// A heap at its end leaves nothing behind.
func destroyHeaps() {
  let buffer = buffer(8 << 20)
  defer { buffer.deallocate() }
  guard let pages = FixedBufferPages(buffer) else { return }
  let before = pages.freeByteCount
  for _ in 0..<3 {
    guard let heap = DebugHeap<BufferPolicy>(wrapping: pages) else { return }
    heap.deallocate(heap.allocate(byteCount: 100))
    _ = fill(heap, 1000)
    heap.destroy()
    print("pages left behind:", before - pages.freeByteCount)
  }
  // Each would keep 100 GiB of the process' 128 TiB of addresses.
  var made = 0
  for _ in 0..<3000 {
    guard let heap = DebugHeap<SystemPolicy>(wrapping: SystemPages()) else { break }
    if heap.allocate(byteCount: 100) != nil, heap.allocate(byteCount: 100_000) != nil { made += 1 }
    heap.destroy()
  }
  print("heaps of the system's pages:", made)
}

func useRefusingSource() {
  var made = 0
  var served = 0
  for count in 0..<40 {
    let buffer = buffer(4 << 20)
    defer { buffer.deallocate() }
    let pages = RefusingPages(pages: FixedBufferPages(buffer)!, count: .init(count))
    guard let heap = DebugHeap<RefusingPolicy>(wrapping: pages) else { continue }
    made += 1
    for size in [10, 5000, 50_000] {
      guard let block = heap.allocate(byteCount: size) else { continue }
      served += 1
      let moved = heap.reallocate(block, byteCount: 2 * size)
      heap.deallocate(moved ?? block)
    }
    heap.destroy()
  }
  print("heaps: \(made), blocks: \(served > 0)")
}

func reachLimit() {
  let heap = DebugHeap<ProtectedPolicy>(wrapping: SystemPages())!
  let blocks = fill(heap, 1 << 16)
  let requested = heap.usage().requestedBytes
  for block in blocks { heap.deallocate(block) }
  print("blocks: \(blocks.count), requested: \(requested), then: \(heap.usage().requestedBytes)")
}

// Neither of the two functions can be called from Swift by its name.
func nameThread(_ name: String) {
  typealias Function = @convention(c) (pthread_t, UnsafePointer<CChar>) -> Int32
  _ = unsafeBitCast(dlsym(nil, "pthread_setname_np"), to: Function.self)(pthread_self(), name)
}
func fork() -> Int32 {
  unsafeBitCast(dlsym(nil, "fork"), to: (@convention(c) () -> Int32).self)()
}

func onThreads(_ names: [String], _ body: @escaping @Sendable () -> Void) {
  final class Start {
    let name: String
    let body: () -> Void
    init(_ name: String, _ body: @escaping () -> Void) { (self.name, self.body) = (name, body) }
  }
  var threads: [pthread_t] = []
  for name in names {
    var thread = pthread_t()
    let start = Unmanaged.passRetained(Start(name, body))
    pthread_create(
      &thread, nil,
      {
        let start = Unmanaged<Start>.fromOpaque($0!).takeRetainedValue()
        nameThread(start.name)
        start.body()
        return nil
      }, start.toOpaque())
    threads.append(thread)
  }
  for thread in threads { pthread_join(thread, nil) }
}

func useFromThreads() {
  let heap = DebugHeap<UsualPolicy>(wrapping: SystemPages())!
  onThreads(["one", "two", "three", "four"]) {
    var kept: [UnsafeMutableRawPointer] = []
    for index in 0..<20_000 {
      kept.append(heap.allocate(byteCount: index % 2000, alignment: 16 << (index % 4))!)
      if kept.count > 50 { heap.deallocate(kept.remove(at: index % 50)) }
    }
    for block in kept { heap.deallocate(block) }
  }
  print("left: \(heap.liveBlockCount()), damaged: \(heap.check())")
}

func useProtectedHeap() {
  let heap = DebugHeap<ProtectedPolicy>(wrapping: SystemPages())!
  let block = heap.allocate(byteCount: 100)!
  let longer = heap.reallocate(block, byteCount: 50_000)!
  print("bytes: \(heap.byteCount(of: longer)), of the old one: \(heap.byteCount(of: block))")
  heap.deallocate(longer, byteCount: 50_000)
}

func useAfterFork() {
  let heap = DebugHeap<SingleThreadPolicy>(wrapping: SystemPages())!
  let block = heap.allocate(byteCount: 100)
  let child = fork()
  if child == 0 {
    heap.deallocate(block)
    heap.deallocate(heap.allocate(byteCount: 100))
    exit(heap.liveBlockCount() == 0 ? 0 : 1)
  }
  var status: Int32 = -1
  waitpid(child, &status, 0)
  print("status of the child: \(status), blocks here: \(heap.liveBlockCount())")
}
