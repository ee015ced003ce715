// Lines `leak:type:PATTERN`: blocks whose type matches are not reported, whoever allocated them.

import Platform

extension Suppressions {
  /// Finds out which line matches a type; whether one does that was not known before.
  static func judge(_ type: BlockType, _ names: TypeNames) -> Bool {
    if verdicts?.line(type) != nil { return false }
    var found: Int32 = -1
    names.withName(type) { found = match($0) }
    verdicts?.add(type, line: found)
    return found >= 0
  }

  private static func match(_ name: UnsafePointer<CChar>) -> Int32 {
    guard let lines, let text else { return -1 }
    for index in 0..<lines.count where lines[index].isType {
      if pattern(lines[index], text).matches(name) { return Int32(index) }
    }
    return -1
  }

  /// The line that matches a type; nil when none does, as far as that was found out.
  static func line(_ type: BlockType) -> Int? {
    guard let line = verdicts?.line(type), line >= 0 else { return nil }
    return Int(line)
  }
}
