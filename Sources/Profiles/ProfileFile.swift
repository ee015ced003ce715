// The profile as a file: profile.proto of pprof, as its public description says, in a gzip file.
// Functions have no names here but their module and their place in its file: swiftmallocctl writes
// it again with real ones.

import CShims
import Platform
import Traces

/// What is known exactly while the profile is written, beside the estimates.
package struct ProfileFacts {
  package var liveBlocks: Int
  package var liveBytes: Int
  package var committedBytes: Int

  package init(liveBlocks: Int, liveBytes: Int, committedBytes: Int) {
    self.liveBlocks = liveBlocks
    self.liveBytes = liveBytes
    self.committedBytes = committedBytes
  }
}

extension ProfileSampler {
  /// What a profile tells of blocks in use.
  package enum Moment {
    case now
    /// When most bytes were in use.
    case peak
  }

  /// Writes the profile to a file, in whose path `%p` and `%e` are replaced. The error, as errno(3)
  /// has it, or 0. In no path of a heap, with no lock held; or in a signal handler that interrupted
  /// one: then `facts` is nil.
  package static func write(
    to path: UnsafePointer<CChar>, _ moment: Moment = .now, _ facts: ProfileFacts?
  ) -> Int {
    guard hasProfile else { return 95 }  // EOPNOTSUPP
    guard var writer = ProfileWriter(path, moment) else { return 12 }  // ENOMEM
    writer.writeHead(facts)
    writer.writeSamples()
    writer.writeMappings()
    writer.writeLocations()
    return writer.finish()
  }
}
