// Asks a process to note the lengths of its blocks.

import CLive
import Glibc

/// A wish to know how many blocks of each length a process has.
package enum SizeRequest {
  /// Writes the wish into a process' file. Throws LiveFileError where the library does not know of it.
  package static func write(to file: OwnedFile) throws {
    let header = try file.header()
    guard header.size_count > 0 else {
      throw LiveFileError(file.path, "is of an older library, which does not note sizes")
    }
    if header.size_wanted != 0 { return }
    let place = MemoryLayout<swiftmalloc_live_header>.offset(of: \.size_wanted)!
    if let error = file.write(1, at: place) { throw error }
  }
}
