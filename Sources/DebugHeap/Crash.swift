// The words about a fatal signal: what the program did, and what is at the address.

import CShims
import Platform
import Traces

extension swiftmalloc_crash {
  // Numbers of signals, as x86-64 and AArch64 have them (signal(7)), and codes of sigaction(2).
  private static var divisionByZero: Int32 { 1 }
  private static var behindTheFile: Int32 { 2 }

  package var kind: Finding.Kind {
    switch signal {
    case 4: .illegalInstruction
    case 5: .breakpoint
    case 6: .abortSignal
    case 7: .busError
    case 8: .arithmeticError
    default: .segmentationFault
    }
  }

  /// Whether the stack has no room for what the instruction writes: the address is near the stack pointer, and there is
  /// no memory.
  package var isStackOverflow: Bool {
    let pageSize = UInt(System.pageSize)
    let isJump = Int(access) == SWIFTMALLOC_ACCESS_JUMP
    if kind != .segmentationFault || has_address == 0 || isJump { return false }
    if address &+ pageSize <= sp || address >= sp &+ 16 * pageSize { return false }
    guard case .mapping(let mapping) = ProcessMaps.find(address) else { return true }
    return !mapping.isReadable
  }

  /// What stands in the brackets of the first line.
  package func append(_ finding: Finding, to message: inout Message) {
    if code <= 0 { return appendSender(to: &message) }
    switch finding.kind {
    case .stackOverflow: message.text("the thread's stack has no room for more")
    case .arithmeticError:
      message.text(
        code == Self.divisionByZero
          ? "a division by zero, or with a result that is too large" : "an arithmetic error")
    case .illegalInstruction:
      guard let name = swiftmalloc_undefined_instruction(pc) else {
        return message.text("no instruction")
      }
      message.text("the instruction ")
      message.cString(name)
      message.text(", by which compiled code stops the program")
    case .breakpoint: message.text("a breakpoint, by which compiled code stops the program")
    default: appendAccess(finding, to: &message)
    }
  }

  private func appendSender(to message: inout Message) {
    let own = swiftmalloc_system_call(SWIFTMALLOC_CALL_GETPID, 0, 0, 0, 0, 0, 0)
    if Int(sender) == own {
      message.text(
        kind == .abortSignal ? "by the program itself: abort" : "sent by the program itself")
    } else {
      message.text("sent by process ")
      message.decimal(Int(sender))
    }
  }

  private func appendAccess(_ finding: Finding, to message: inout Message) {
    if has_address == 0 {
      return message.text("the instruction there used what is no address, or is not allowed")
    }
    switch Int(access) {
    case SWIFTMALLOC_ACCESS_READ: message.text("a read, ")
    case SWIFTMALLOC_ACCESS_WRITE: message.text("a write, ")
    case SWIFTMALLOC_ACCESS_JUMP: message.text("a jump, ")
    default: break
    }
    if let block = finding.block { return finding.appendDistance(block, to: &message) }
    appendPlace(to: &message)
  }

  // No mapping is below: vm.mmap_min_addr.
  private static var leastAddress: UInt { 65536 }

  /// What is at `address`, as far as the kernel tells.
  func appendPlace(to message: inout Message) {
    if address == 0 { return message.text("the null pointer") }
    if address < Self.leastAddress {
      message.decimal(address)
      return message.text(address == 1 ? " byte after null" : " bytes after null")
    }
    let top = address >> SWIFTMALLOC_ADDRESS_BITS
    let highest = UInt.max >> SWIFTMALLOC_ADDRESS_BITS
    if top != 0 && top != highest { return message.text("which can be no address") }
    if top != 0 { return message.text("an address of the kernel's") }
    switch ProcessMaps.find(address) {
    case .unknown: message.text("of which nothing is known without /proc")
    case .none: message.text("in no mapping")
    case .mapping(let mapping): append(mapping, to: &message)
    }
  }

  private func append(_ mapping: Mapping, to message: inout Message) {
    switch mapping.name {
    case .file:
      message.text("in ")
      _ = ProcessMaps.appendName(of: address, to: &message)
    case .stack: message.text("in the main thread's stack")
    case .special: message.text("in memory of the kernel's")
    case .heap, .anonymous: message.text("in memory without a file")
    }
    if kind == .busError, code == Self.behindTheFile {
      return message.text(", behind the file's end")
    }
    switch Int(access) {
    case SWIFTMALLOC_ACCESS_JUMP where !mapping.isExecutable: message.text(", where no code is")
    case SWIFTMALLOC_ACCESS_WRITE where mapping.isReadable && !mapping.isWritable:
      message.text(", which is read-only")
    default: if !mapping.isReadable { message.text(", which is inaccessible") }
    }
  }

  /// The lines without which no process crashes, by system calls alone: of the stack, they have the instruction, and
  /// who called this library, if it was inside.
  package func tell() {
    var message = Message()
    message.head("ERROR")
    message.text(kind.name)
    message.text(" on address ")
    message.hexadecimal(has_address != 0 ? address : pc)
    message.text(" (")
    append(Finding(kind, address, nil), to: &message)
    message.text(")")
    message.endLine()
    appendFrame(0, pc, to: &message)
    var frame = swiftmalloc_frame()
    swiftmalloc_context_frame(context, &frame)
    if let caller = Unwinder.callerOfLibrary(frame) { appendFrame(1, caller.pc, to: &message) }
    message.text("SUMMARY: swiftmalloc: ")
    message.text(kind.name)
    message.endLine()
  }

  private func appendFrame(_ number: Int, _ pc: UInt, to message: inout Message) {
    message.text("    #")
    message.decimal(number)
    message.text(" ")
    message.hexadecimal(pc)
    message.text(" in ??  (")
    _ = ProcessMaps.appendName(of: pc, to: &message)
    message.text(")")
    message.endLine()
  }
}
