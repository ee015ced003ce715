// The words of a report: what was done to which block, and the bytes that show it.

import Platform

extension Finding {
  /// What stands in the brackets of the first line.
  func appendDetail(_ block: BlockDescription, to message: inout Message) {
    switch kind {
    case .doubleFree:
      message.decimal(block.requested)
      message.text("-byte block")
    case .invalidFree:
      appendDistance(block, "", to: &message)
    case .overflow, .underflow, .useAfterFree:
      if case .read = discovery {
        appendDistance(block, "read ", to: &message)
      } else {
        appendDistance(block, "written ", to: &message)
      }
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
    case .threadMisuse:
      break
    }
  }

  /// `17 bytes after the end of the freed 64-byte block at 0x…`.
  private func appendDistance(
    _ block: BlockDescription, _ verb: StaticString, to message: inout Message
  ) {
    message.text(verb)
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
    message.decimal(distance)
    message.text(distance == 1 ? " byte" : " bytes")
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

extension Release.Function {
  var name: StaticString {
    switch self {
    case .cFree: "free"
    case .cRealloc: "realloc"
    case .operatorDelete: "operator delete"
    case .operatorDeleteArray: "operator delete[]"
    }
  }
}

extension Damage {
  /// Sixteen bytes a line, those that were overwritten in brackets.
  func print() {
    var index = 0
    while index < count {
      var message = Message()
      message.text("  ")
      message.hexadecimal(start + UInt(index))
      message.text(":")
      for column in index..<min(index + 16, count) {
        let address = start + UInt(column)
        let isDamaged = address >= first && address <= last
        message.text(isDamaged ? " [" : "  ")
        message.twoDigits(bytes[column])
        message.text(isDamaged ? "]" : " ")
      }
      message.endLine()
      index += 16
    }
  }
}
