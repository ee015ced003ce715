// What the subcommands that look at processes need of the system.

import ArgumentParser
import Glibc
import LiveReader

/// Ends the subcommand where the system's account of its processes is missing: each would be taken for gone, and its file
/// for one that may be removed.
func needProcesses() throws {
  if access("/proc/self/stat", R_OK) != 0 {
    throw fail("/proc is not mounted: which processes run cannot be told")
  }
}

extension Sampler {
  /// The first sample of the one process looked at; ends the subcommand with the reason where there is nothing to see.
  mutating func first(of pid: Int32) throws -> Sample {
    let sample = sample()
    if sample.processes.isEmpty {
      let own = sample.errors.first { $0.isFile(of: pid) }
      throw fail((own ?? LiveFolders().absence(pid)).description)
    }
    return sample
  }
}
