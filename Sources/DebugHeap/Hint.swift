// What to change in the program, where an error's kind tells it.

import Platform

extension Finding {
  /// One line, `HINT: …`, or none.
  func printHint() {
    if !hasHint { return }
    var message = Message()
    message.style(.hint)
    message.text("HINT: ")
    appendHint(to: &message)
    message.style(.plain)
    message.endLine()
  }

  var hasHint: Bool {
    guard let block, let function = release?.function else { return false }
    switch kind {
    case .kindMismatch: return true
    case .sizeMismatch: return function == .operatorDelete
    case .invalidFree: return isBehindCount(block, function)
    default: return false
    }
  }

  /// Whether the address is behind the number of elements, which compilers keep in front of an array of objects with
  /// destructors (Itanium C++ ABI, 2.7): only `delete[]` takes it into account.
  private func isBehindCount(_ block: BlockDescription, _ function: Deallocation.Function) -> Bool {
    if block.isFreed || block.kind != .operatorNewArray || function == .operatorDeleteArray {
      return false
    }
    let offset = address &- block.start
    return offset == 8 || offset == UInt(max(block.alignment, 16))
  }

  func appendHint(to message: inout Message) {
    guard let block, let function = release?.function else { return }
    switch kind {
    case .kindMismatch where function == .cRealloc, .invalidFree where function == .cRealloc:
      message.text("realloc takes only what malloc, calloc or realloc gave: ")
      message.text("allocate this block with malloc, or copy it into a new one")
    case .kindMismatch, .invalidFree:
      message.text("what ")
      message.text(block.kind.allocator)
      message.text(" gave is freed with ")
      message.text(block.kind.deallocator)
      message.text(", not with ")
      message.text(function.inSource)
    case .sizeMismatch where function == .operatorDelete:
      message.text("delete an object through a pointer to its own type, ")
      message.text("or give the base class a virtual destructor")
    default: break
    }
  }
}

extension BlockKind {
  /// As it stands in a program.
  fileprivate var allocator: StaticString {
    switch self {
    case .cMalloc: "malloc, calloc or realloc"
    case .operatorNew: "new"
    case .operatorNewArray: "new[]"
    }
  }

  fileprivate var deallocator: StaticString {
    switch self {
    case .cMalloc: "free"
    case .operatorNew: "delete"
    case .operatorNewArray: "delete[]"
    }
  }
}

extension Deallocation.Function {
  fileprivate var inSource: StaticString {
    switch self {
    case .cFree: "free"
    case .cRealloc: "realloc"
    case .operatorDelete: "delete"
    case .operatorDeleteArray: "delete[]"
    }
  }
}
