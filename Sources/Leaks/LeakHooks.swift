// What the program says of leak checks by functions that it defines under LeakSanitizer's names: asked at the first check.

import CShims

enum LeakHooks {
  nonisolated(unsafe) private static var isRead = false

  /// Whether the program wants no check now (`__lsan_is_turned_off`). At the first check its suppressions
  /// (`__lsan_default_suppressions`) are added to those of the file.
  static func turnOff() -> Bool {
    if !isRead {
      isRead = true
      if let lines = swiftmalloc_program_suppressions() { Suppressions.add(lines) }
    }
    return swiftmalloc_program_turns_leaks_off() != 0
  }
}
