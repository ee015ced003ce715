// The table of options: the key, the values and the meaning of each one, as SWIFTMALLOC_HELP prints
// them. docs/options.md has the same table, and a test compares the two. Options.swift holds the
// values in force, OptionParser.swift reads them. To add one: a case, its rows here, and its use.

/// An option, as SWIFTMALLOC_KEY=value or in SWIFTMALLOC_OPTIONS=key=value,key=value.
package enum Option: Int {
  case debug
  case leaks
  case leakExitCode
  case leakFormat
  case leakSummary
  case leakChildren
  case leakSignal
  case suppressions
  case frames
  case onError
  case errorExitCode
  case exitSignals
  case guardAlignment
  case quarantine
  case limit
  case protect
  case stats
  case live
  case blockSizes
  case purgeDelay
  case background
  case classSteps
  case sizeClasses
  case profile
  case profileInterval
  case profileSeed
  case profileResident
  case guardSample
  case hugePages
  case only
  case reportFormat
  case reportSource
  case logPath
  case help

  package static let count = 34

  package var key: StaticString {
    switch self {
    case .debug: "DEBUG"
    case .leaks: "LEAKS"
    case .leakExitCode: "LEAK_EXIT_CODE"
    case .leakFormat: "LEAK_FORMAT"
    case .leakSummary: "LEAK_SUMMARY"
    case .leakChildren: "LEAK_CHILDREN"
    case .leakSignal: "LEAK_SIGNAL"
    case .suppressions: "SUPPRESSIONS"
    case .frames: "FRAMES"
    case .onError: "ON_ERROR"
    case .errorExitCode: "ERROR_EXIT_CODE"
    case .exitSignals: "EXIT_SIGNALS"
    case .guardAlignment: "GUARD_ALIGN"
    case .quarantine: "QUARANTINE"
    case .limit: "LIMIT"
    case .protect: "PROTECT"
    case .stats: "STATS"
    case .live: "LIVE"
    case .blockSizes: "BLOCK_SIZES"
    case .purgeDelay: "PURGE_DELAY"
    case .background: "BACKGROUND"
    case .classSteps: "CLASS_STEPS"
    case .sizeClasses: "SIZE_CLASSES"
    case .profile: "PROFILE"
    case .profileInterval: "PROFILE_INTERVAL"
    case .profileSeed: "PROFILE_SEED"
    case .profileResident: "PROFILE_RESIDENT"
    case .guardSample: "GUARD_SAMPLE"
    case .hugePages: "HUGE_PAGES"
    case .only: "ONLY"
    case .reportFormat: "REPORT_FORMAT"
    case .reportSource: "REPORT_SOURCE"
    case .logPath: "LOG"
    case .help: "HELP"
    }
  }

  /// The values it takes, for people.
  package var values: StaticString {
    switch self {
    case .debug: "0, 1, guard, guard-before"
    case .leaks: "0, 1, all"
    case .leakExitCode: "0 to 255"
    case .leakFormat: "text, json"
    case .leakSummary: "auto, 0, 1"
    case .leakChildren: "0, 1"
    case .leakSignal: "none, HUP, USR1, USR2, 1 to 64"
    case .suppressions: "path, none"
    case .frames: "0 to 64"
    case .onError: "abort, continue"
    case .errorExitCode: "0 to 255"
    case .exitSignals: "0, 1"
    case .guardAlignment: "1, 2, 4, 8, 16"
    case .quarantine: "size"
    case .limit: "size, none"
    case .protect: "0, 1"
    case .stats: "0, 1, json"
    case .live: "0, 1"
    case .blockSizes: "0, 1"
    case .purgeDelay: "milliseconds, -1 never"
    case .background: "0, 1"
    case .classSteps: "1, 2, 4, 8"
    case .sizeClasses: "list, path, none"
    case .profile: "path, none"
    case .profileInterval: "size, at least 1"
    case .profileSeed: "number, 0 random"
    case .profileResident: "0, 1"
    case .guardSample: "size, none"
    case .hugePages: "never, auto, always"
    case .only: "names, none"
    case .reportFormat: "text, json"
    case .reportSource: "0, 1"
    case .logPath: "path"
    case .help: "0, 1"
    }
  }

  package var meaning: StaticString {
    switch self {
    case .debug: "the debug heap; guard: every block's end, or beginning, at an inaccessible page"
    case .leaks: "a leak check at exit; all: also what is possibly lost and what is reachable"
    case .leakExitCode: "exit status when something is lost; 0 leaves the program's own"
    case .leakFormat: "of the leak check's report: for people, or one line of JSON"
    case .leakSummary: "whether a check says that nothing is lost; auto: on a terminal"
    case .leakChildren: "whether children of fork that execute no program report leaks, too"
    case .leakSignal: "a signal at which a leak check is made in the running process"
    case .suppressions: "a file with lines leak:PATTERN or leak:type:PATTERN: leaks not to report"
    case .frames: "stack frames of each trace with DEBUG or LEAKS; 0 takes no traces"
    case .onError: "after an error in debug mode: end, or go on without doing the harm"
    case .errorExitCode: "exit status after errors, with ON_ERROR=continue; 0: the program's"
    case .exitSignals: "leak check and statistics also when SIGINT or SIGTERM ends the process"
    case .guardAlignment:
      "with DEBUG=guard, alignment of blocks; 1: no byte between a block and the page"
    case .quarantine: "in debug mode, bytes freed after a block before its address is used again"
    case .limit: "with DEBUG or LEAKS, bytes in use beyond which allocation fails"
    case .protect: "with DEBUG or LEAKS, the heap's records are read-only between calls"
    case .stats: "statistics when the process ends: for people, or one line of JSON"
    case .live: "publish live counters for swiftmallocctl"
    case .blockSizes: "with STATS=json or LIVE: how many blocks of each size are live at the peak"
    case .purgeDelay: "how long free pages stay before they go back to the system; 0 at once"
    case .background: "whether a helper thread may purge in a process that has threads already"
    case .classSteps: "size classes per power of two; 1 is the pure power-of-two heap"
    case .sizeClasses: "sizes of small blocks, in place of CLASS_STEPS: a list, or a file with one"
    case .profile: "a sampled heap profile for pprof, written to this file when the process ends"
    case .profileInterval: "mean bytes between two samples of the profile"
    case .profileSeed: "which samples are taken: with one thread the same for the same seed"
    case .profileResident: "how much of what is in use is resident, in the profile, too"
    case .guardSample: "mean bytes between two blocks that stand at an inaccessible page"
    case .hugePages: "transparent huge pages for heap memory; auto leaves it to the system"
    case .only: "programs that the modes hold for, by name; * is any text"
    case .reportFormat: "of errors: for people, or one line of JSON each"
    case .reportSource: "lines of source in the report of an error, where the file is there"
    case .logPath: "where reports go; %p is the process id, %e the program's name"
    case .help: "print this table"
    }
  }
}
