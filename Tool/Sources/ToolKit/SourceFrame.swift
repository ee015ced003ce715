// A function and its line, as a symbolizer tells them: llvm-symbolizer, addr2line and eu-addr2line answer each address with
//
//   0x119b            the address again
//   twice             a function, and where it is,
//   /src/app.c:5      once for each function that was inlined there, the innermost first
//
// eu-addr2line also tells the column, "/src/app.c:5:3", and where a function is inlined, "twice inlined at /src/app.c:9:1 in
// main"; addr2line " (discriminator 2)". All are left out.

/// A function at an address.
package struct SourceFrame: Equatable, Sendable {
  package let function: String
  /// "file:line"; nil when only the function is known.
  package let place: String?

  package init(function: String, place: String?) {
    self.function = function
    self.place = place
  }

  /// The functions at each address of a symbolizer's answer, the innermost first; empty where nothing is known.
  package static func frames(of output: String) -> [[SourceFrame]] {
    var all: [[SourceFrame]] = []
    var function: Substring?
    for line in output.split(separator: "\n") {
      if line.hasPrefix("0x") && function == nil && !line.contains(" ") {
        all.append([])
      } else if let name = function {
        function = nil
        let place = SourceFrame.place(line)
        let isKnown = !place.hasPrefix("??")
        if !all.isEmpty && (isKnown || name != "??") {
          all[all.count - 1].append(
            SourceFrame(function: String(name), place: isKnown ? place : nil))
        }
      } else {
        function = line.firstRange(of: " inlined at ").map { line[..<$0.lowerBound] } ?? line
      }
    }
    return all
  }

  /// "file:line" of what a symbolizer wrote.
  private static func place(_ line: Substring) -> String {
    let plain = line.firstRange(of: " (discriminator").map { line[..<$0.lowerBound] } ?? line
    if plain.hasSuffix(":?") { return String(plain.dropLast(2)) + ":0" }
    let parts = plain.split(separator: ":", omittingEmptySubsequences: false)
    let hasColumn = parts.count > 2 && parts.suffix(2).allSatisfy { UInt32($0) != nil }
    return hasColumn ? parts.dropLast().joined(separator: ":") : String(plain)
  }
}
