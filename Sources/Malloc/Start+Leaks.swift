// The leak check of the process: made ready from the options, and asked at the process' end, by the program, and by a
// signal.

import CShims
import DebugHeap
import Leaks
import Platform

extension Process {
  // Written at the first call.
  nonisolated(unsafe) private(set) static var looksForLeaks = false
  nonisolated(unsafe) private static var leakSignal = 0

  private typealias Check = LeakCheck<SharedSystemPolicy>

  static func startLeakCheck(_ options: Options) {
    looksForLeaks = true
    leakSignal = options.leakSignal
    LeakState.settings = options.leakSettings
    LeakState.start()
    Suppressions.read()
  }

  /// When the C library can serve everything.
  static func watchForLeaks() {
    if !looksForLeaks { return }
    swiftmalloc_check_on_demand({ Process.checkLeaksOnDemand($0) })
    swiftmalloc_check_when_told({ Process.checkLeaksWhenTold($0, isFinal: $1 != 0) })
    watchSignal()
  }

  private static func watchSignal() {
    if leakSignal == 0 { return }
    let error = swiftmalloc_check_on_signal(Int32(leakSignal))
    if error == 0 { return }
    var message = Message()
    message.head("WARNING")
    message.text("the signal that LEAK_SIGNAL names, ")
    message.decimal(leakSignal)
    message.text(", cannot be watched: ")
    message.error(Int(error))
    message.endLine()
  }

  /// The thread that waits for the signal is not in the child of a fork.
  static func watchChildForLeaks() {
    if !looksForLeaks { return }
    LeakState.forked()
    if LeakState.settings.checksChildren { watchSignal() }
  }

  /// The status to end with.
  static func checkLeaksAtExit(_ status: Int32, _ stackEnd: UInt) -> Int32 {
    guard looksForLeaks, case .debug(let heap) = active else { return status }
    return Check.atExit(heap, status: status, stackEnd: stackEnd)
  }

  private static func checkLeaksWhenTold(_ stackEnd: UInt, isFinal: Bool) -> Int32 {
    guard case .debug(let heap) = active else { return 0 }
    return isFinal
      ? Check.finally(heap, stackEnd: stackEnd)
      : Int32(clamping: Check.lostCount(heap, stackEnd: stackEnd))
  }

  private static func checkLeaksOnDemand(_ stackEnd: UInt) -> Int {
    guard case .debug(let heap) = active else { return 0 }
    return Check.onDemand(heap, stackEnd: stackEnd)
  }
}
