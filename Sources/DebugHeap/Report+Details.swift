// The words of a report's first line: what was done to which block.

import Platform

extension Finding {
  /// What stands in the brackets of the first line.
  func appendDetail(_ block: BlockDescription, to message: inout Message) {
    switch kind {
    case .doubleFree:
      message.decimal(block.requested)
      message.text("-byte block")
    case .invalidFree:
      appendDistance(block, to: &message)
    case .overflow, .underflow, .useAfterFree:
      appendAccess(to: &message)
      appendDistance(block, to: &message)
      if case .bytes(let place) = discovery {
        message.text(", found by ")
        message.text(place)
      }
    case .sizeMismatch:
      message.decimal(block.requested)
      message.text("-byte block freed with size ")
      message.decimal(release?.size ?? 0)
    case .alignmentMismatch:
      message.text("block with alignment ")
      message.decimal(block.alignment)
      let given = release?.alignment ?? 0
      message.text(given == 0 ? " freed without alignment" : " freed with alignment ")
      if given != 0 { message.decimal(given) }
    case .kindMismatch:
      message.decimal(block.requested)
      message.text("-byte block of ")
      message.text(block.kind.name)
      message.text(" freed by ")
      message.text(release?.function.name ?? "free")
    default:
      break
    }
  }

  /// What was done: `a read, `, whose size the processor does not tell, or `8 bytes written, the first `, as the bytes tell.
  private func appendAccess(to message: inout Message) {
    switch discovery {
    case .read: message.text("a read, ")
    case .write: message.text("a write, ")
    case .call, .pointer: break
    case .bytes:
      guard let damage else { break }
      message.count(damage.changedCount, "byte")
      message.text(" written, ")
      if damage.changedCount > 1 {
        message.text(address == damage.first ? "the first " : "the last ")
      }
    }
  }

  /// `17 bytes after the end of the freed 64-byte block at 0x…`.
  func appendDistance(_ block: BlockDescription, to message: inout Message) {
    let behind = block.distanceBehind(address)
    let distance: UInt
    let relation: StaticString
    if address < block.start {
      distance = block.start - address
      relation = " before"
    } else if behind >= 0 {
      distance = UInt(behind)
      relation = " after the end of"
    } else {
      distance = address - block.start
      relation = " inside"
    }
    message.count(Int(distance), "byte")
    message.text(relation)
    message.text(block.isFreed ? " the freed " : " the ")
    message.decimal(block.requested)
    message.text("-byte block at ")
    message.hexadecimal(block.start)
  }
}

extension BlockKind {
  var name: StaticString {
    switch self {
    case .cMalloc: "malloc"
    case .operatorNew: "operator new"
    case .operatorNewArray: "operator new[]"
    }
  }
}

extension Deallocation.Function {
  var name: StaticString {
    switch self {
    case .cFree: "free"
    case .cRealloc: "realloc"
    case .operatorDelete: "operator delete"
    case .operatorDeleteArray: "operator delete[]"
    }
  }
}
