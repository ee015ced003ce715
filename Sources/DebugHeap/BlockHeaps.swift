// Whose a block is, of a program that makes heaps of its own: those know it, and are asked when a report is written.

import Platform

package enum BlockHeaps {
  /// The name of the heap that the block was allocated from, or null. Asked with no lock of the debug heap held.
  package typealias Name =
    @convention(c) (_ address: UInt, _ isFreed: Bool) -> UnsafePointer<CChar>?

  nonisolated(unsafe) private static var name: Name?

  /// From now on reports ask `name`.
  package static func ask(_ name: @escaping Name) { self.name = name }

  /// `, in heap "NAME"`, of a block that is known to be of one.
  static func append(_ block: BlockDescription, to message: inout Message) {
    guard let name = name?(block.start, block.isFreed) else { return }
    if name[0] == 0 { return message.text(", in a heap without a name") }
    message.text(", in heap \"")
    message.printable(name)
    message.text("\"")
  }

  /// `,"heap":"NAME"`, of the same.
  static func appendJSON(_ block: BlockDescription, to message: inout Message) {
    guard let name = name?(block.start, block.isFreed) else { return }
    message.text(",\"heap\":")
    message.quoted(name)
  }
}
