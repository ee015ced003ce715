// The debug heap of the process: made from the options, and the events that it waits for: the C library
// being ready for dlopen, faults, and the process' end.

import CShims
import DebugHeap
import Memory
import Platform
import Traces

package typealias ProcessDebugHeap = DebugHeap<SharedSystemPolicy>

extension Process {
  static func makeDebugHeap(_ options: Options) -> ProcessDebugHeap? {
    ThreadTable.start()
    Unwinder.start(frameLimit: options.frames)
    if options.leaks != .none { startLeakCheck(options) }
    prepareEnd(options)
    return ProcessDebugHeap(pages: SystemPages(), settings: DebugSettings(options))
  }

  static func loadedForDebugging() {
    for which in SWIFTMALLOC_NEW...SWIFTMALLOC_DELETE_ARRAY
    where swiftmalloc_replacement(Int32(which)) != nil {
      if case .debug(let heap) = active { heap.stopCheckingKinds() }
    }
    // For a crash, and for the signal by which a leak check stops threads: a thread's own stack may have no room.
    _ = ThreadTable.giveSignalStacks()
    swiftmalloc_watch_faults({ Process.explainFault($0, $1) }, nil)
    watchForCrashes()
    if Unwinder.frameLimit != 0, !Unwinder.load(), swiftmalloc_is_static() == 0 {
      Unwinder.warnOfShortTraces()
    }
    watchForLeaks()
    watchForTheEnd()
  }

  private static func explainFault(_ address: UInt, _ context: UnsafeRawPointer?) -> Int32 {
    guard case .debug(let heap) = active, let context else { return 0 }
    return heap.explainFault(address, context: context).rawValue
  }

}

extension DebugSettings {
  package init(_ options: Options) {
    self.init()
    isChecked = options.mode != .production
    quarantine = isChecked ? options.quarantine : 0
    protectsRecords = options.protectsRecords
    limit = options.limit
    warnsOfLimit = true
    stopsAtError = options.stopsAtError
    // A guarded block takes two mappings: half of them remain the program's.
    mappingBudget = Self.mappingLimit / 4
    switch options.mode {
    case .guardBehind:
      placement = .guardBehind
      // A leak check looks for pointers where the compiler puts them.
      let least = options.leaks == .none ? SWIFTMALLOC_LEAST_ALIGNMENT : 8
      guardAlignment = max(options.guardAlignment, least)
    case .guardBefore: placement = .guardBefore
    default: placement = .slots
    }
  }

  /// The system's limit of mappings; Linux' usual one where it cannot be read.
  private static var mappingLimit: Int {
    var path = Message()
    path.text("/proc/sys/vm/max_map_count")
    guard let descriptor = path.openAsPath() else { return 65530 }
    defer { FileDescriptor.close(descriptor) }
    var digits = InlineArray<24, CChar>(repeating: 0)
    return withUnsafeMutableBytes(of: &digits) {
      let count = FileDescriptor.read(descriptor, $0.baseAddress!, $0.count)
      // A newline ends them.
      let text = Text($0.baseAddress!.assumingMemoryBound(to: CChar.self), count: max(count - 1, 0))
      return text.decimal ?? 65530
    }
  }
}
