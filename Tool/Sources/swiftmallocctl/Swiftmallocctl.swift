// The command-line tool: starts programs with the library, and shows what processes publish. Each subcommand is a file;
// what a process published is read by LiveReader, which knows neither arguments nor HTTP.

import ArgumentParser
import CLive
import Glibc

@main
struct Swiftmallocctl: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "swiftmallocctl",
    abstract: "Run programs with swiftmalloc, and see where their memory goes.",
    discussion: """
      EXAMPLES
        swiftmallocctl run --debug -- ./app          find memory errors
        swiftmallocctl run --leaks -- ./app          find leaks
        swiftmallocctl run --live -- ./server        let the others below look at it
        swiftmallocctl list                          what can be looked at
        swiftmallocctl top 4711                      live, in the terminal
        swiftmallocctl serve                         live, in a browser
        swiftmallocctl run --profile -- ./server     take a heap profile
        swiftmallocctl profile app.pprof             which functions hold the memory
        swiftmallocctl types 4711                    what is in the heap, by type
        swiftmallocctl cycles 4711                   retain cycles that nothing else holds
        swiftmallocctl tune -- ./app                 which options would save memory
        swiftmallocctl trim 4711                     memory back to the system, now
        swiftmallocctl core core.4711                what a guarded block's core file tells

      EXIT STATUS
        0    all is well
        1    something could not be read, or could not be done
        64   wrong arguments
        127  run: the program was not found (126: it cannot be executed)
        run otherwise ends as the program did: with its status, or 128 + the number of the signal
        that ended it.

      Colours are left out when standard output is no terminal, or NO_COLOR is set. For completions: \
      swiftmallocctl --generate-completion-script bash (or zsh, fish).
      """,
    version: SWIFTMALLOC_VERSION,
    subcommands: [
      Run.self, List.self, Stats.self, Top.self, Serve.self, ProfileCommand.self, Tune.self,
      Trim.self, Types.self, GraphCommand.self, Why.self, Cycles.self, SnapshotCommand.self,
      Diff.self, Symbolize.self, Core.self,
    ])

  static func main() {
    atexit(checkPrinted)
    let arguments = Arguments.all
    // The package answers with the general help, as if all were well.
    if arguments.first == "help", let name = arguments.dropFirst().first, !isSubcommand(name) {
      complain("there is no subcommand \"\(name)\": see swiftmallocctl --help")
      Glibc.exit(EX_USAGE)
    }
    main(arguments)
  }

  private static func isSubcommand(_ name: String) -> Bool {
    name.hasPrefix("-") || name == "help"
      || configuration.subcommands.contains { $0._commandName == name }
  }
}
