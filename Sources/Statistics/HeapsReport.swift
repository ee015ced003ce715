// The heaps of a program's own in the statistics: one row for each, by name, and in JSON an object each.

import CShims
import Heap
import Heaps
import Live
import Memory
import Platform

/// What is told of such a heap.
private struct HeapRow {
  var liveCount = 0
  var liveBytes = 0
  var committedBytes = 0

  init(_ heap: LibraryHeap) {
    if heap.kind == .tracked {
      liveCount = heap.slot.pointee.liveCount
      liveBytes = heap.slot.pointee.liveBytes
      committedBytes = liveBytes
      return
    }
    let census = heap.census()
    committedBytes = census.committedBytes - census.cleanBytes + census.largeBytes
    if heap.kind == .bump {
      heap.forEachBlock { _, byteCount in
        liveCount += 1
        liveBytes += byteCount
      }
    } else {
      liveCount = census.liveCount
      liveBytes = census.liveBytes
    }
  }
}

/// All heaps of the program's own together, in blocks and bytes.
package struct OwnHeapsTotal {
  package private(set) var liveCount = 0
  package private(set) var liveBytes = 0
  package private(set) var committedBytes = 0

  /// Of now. Local heaps of other threads may be just changing.
  package init() {
    HeapTable.useEach(all: true) { heap in
      let row = HeapRow(heap)
      liveCount += row.liveCount
      liveBytes += row.liveBytes
      committedBytes += row.committedBytes
    }
  }
}

extension LibraryHeap {
  /// Of a heap whose blocks are not the debug heap's.
  @inline(__always)
  package func census(measuresResidency: Bool = false) -> HeapCensus {
    kind == .cached
      ? cached.census(measuresResidency: measuresResidency)
      : plain.census(measuresResidency: measuresResidency)
  }

  fileprivate var kindName: StaticString {
    let isBump = slot.pointee.isBump
    if slot.pointee.age == .deleted { return "deleted" }
    if slot.pointee.isLocal { return isBump ? "local bump" : "local" }
    return isBump ? "shared bump" : "shared"
  }

  fileprivate func withName(_ body: (UnsafePointer<CChar>) -> Void) {
    withUnsafeBytes(of: &slot.pointee.name) {
      body($0.baseAddress!.assumingMemoryBound(to: CChar.self))
    }
  }
}

extension StatisticsReport {
  private static var longestHeapList: Int { 32 }

  /// The table of heaps; nothing where there are none.
  func writeHeaps() {
    var count = 0
    HeapTable.useEach(all: true) { heap in
      count += 1
      if count == 1 { writeHeapHead() }
      if count <= Self.longestHeapList { writeHeap(heap) }
    }
    if count <= Self.longestHeapList { return }
    var message = Message(to: destination)
    message.text("  and ")
    message.decimal(count - Self.longestHeapList)
    message.text(" more")
    message.endLine()
  }

  private func writeHeapHead() {
    var message = Message(to: destination)
    message.text("heaps of the program's own")
    message.right("live blocks", at: 56)
    message.right("bytes", at: 70)
    message.right("memory", at: 84)
    message.endLine()
  }

  private func writeHeap(_ heap: LibraryHeap) {
    let row = HeapRow(heap)
    var message = Message(to: destination)
    message.text("  \"")
    heap.withName { message.printable($0) }
    message.text("\" (")
    message.text(heap.kindName)
    message.text(")")
    message.right(row.liveCount, at: 56)
    message.right(row.liveBytes, at: 70)
    message.right(row.committedBytes, at: 84)
    message.endLine()
  }

  /// `,"heaps":[{"name":…,"kind":…,"live":…,"liveBytes":…,"bytes":…,"limit":…}…]`
  func writeHeaps(_ message: inout Message) {
    message.text(",\"heaps\":[")
    var isFirst = true
    HeapTable.useEach(all: true) { heap in
      message.text(isFirst ? "{\"name\":" : ",{\"name\":")
      isFirst = false
      heap.withName { message.quoted($0) }
      message.text(",\"kind\":\"")
      message.text(heap.kindName)
      message.text("\"")
      let row = HeapRow(heap)
      number("live", row.liveCount, &message)
      number("liveBytes", row.liveBytes, &message)
      number("bytes", row.committedBytes, &message)
      let limit = heap.slot.pointee.limit
      number("limit", limit == .max ? nil : limit, &message)
      message.text("}")
    }
    message.text("]")
  }
}
