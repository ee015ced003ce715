// What an address is, for a debugger's prompt: the block, and the stacks of who allocated and freed it. The process may stand
// anywhere, in a call of ours, too, so no lock is waited for that may never become free.

import CShims
import Memory
import Platform
import Synchronization
import Traces

/// What an address is.
package enum AddressKind: Int32 {
  case other
  case liveBlock
  case freedBlock
}

extension DebugHeap {
  /// Prints what the address is.
  package func describe(_ address: UInt) -> AddressKind {
    if ThreadFlags.current & ThreadFlags.isTracing != 0 || !areLocksFree() {
      Self.say("a call for memory is under way in a stopped thread; the address is not looked up")
      return .other
    }
    let isInside = ThreadFlags.current & ThreadFlags.busy != 0
    var block: BlockDescription?
    if isInside {
      block = blockOfFault(address)
    } else if enter() {
      block = blockOfFault(address)
      leave()
    }
    var description = AddressDescription(address: address, block: block)
    let gate = storage.pointee.gate
    if !waits(for: gate.pointee.reportLock, Self.patience) { return .other }
    defer { gate.pointee.reportLock.unlock() }
    withUnsafeMutablePointer(to: &description) {
      swiftmalloc_on_large_stack({ AddressDescription.print($0) }, $0)
    }
    guard let block, block.distance(to: address) == 0 else { return .other }
    return block.isFreed ? .freedBlock : .liveBlock
  }

  private static func say(_ text: StaticString) {
    var message = Message()
    message.head("INFO")
    message.text(text)
    message.endLine()
  }
}

private struct AddressDescription {
  let address: UInt
  let block: BlockDescription?

  static func print(_ context: UnsafeMutableRawPointer?) {
    guard let description = context?.assumingMemoryBound(to: AddressDescription.self) else {
      return
    }
    TraceReport.begin()
    description.pointee.print()
    TraceReport.end()
  }

  private func print() {
    var message = Message()
    message.head("INFO")
    message.text("address ")
    message.hexadecimal(address)
    message.text(" is ")
    if let block {
      Finding(.useAfterFree, address, block).appendDistance(block, to: &message)
    } else {
      var access = swiftmalloc_crash()
      access.address = address
      access.appendPlace(to: &message)
    }
    message.endLine()
    guard let block else { return }
    if block.isFreed { ReportPage.print("freed", block.freeingThread, block.release) }
    if block.reallocation != 0 { ReportPage.print("reallocated", 0, block.reallocation) }
    ReportPage.print("allocated", block.allocatingThread, block.allocation)
  }
}
