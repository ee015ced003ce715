// The rule of a return address by the unwind tables of its code: for samples, and where there is no libunwind to be asked.

import CShims
import Synchronization

extension ReturnAddresses {
  /// Writes what the tables say into an element whose rule is not known.
  @inline(never)
  static func learnFromTables(_ element: UnsafeMutablePointer<ReturnAddress>) {
    switch FrameTable.find(element.pointee.address) {
    case .rule(let isByFrame, let offset, let savedFrame):
      element.pointee.savedFrame = savedFrame
      if isByFrame {
        element.pointee.frameOffset = offset
      } else {
        element.pointee.stackOffset = offset
      }
      element.pointee.rule.store(
        isByFrame ? ReturnAddress.Rule.frame : ReturnAddress.Rule.stack, ordering: .releasing)
    case .signal:
      let isSo = swiftmalloc_returns_from_signal(element.pointee.address) != 0
      element.pointee.rule.store(
        isSo ? ReturnAddress.Rule.signal : ReturnAddress.Rule.end, ordering: .releasing)
    case .end: element.pointee.rule.store(ReturnAddress.Rule.end, ordering: .releasing)
    case .none:
      let isSo = Unwinder.isSignalReturn(element.pointee.address)
      element.pointee.rule.store(
        isSo ? ReturnAddress.Rule.signal : ReturnAddress.Rule.ask, ordering: .releasing)
    }
  }
}
