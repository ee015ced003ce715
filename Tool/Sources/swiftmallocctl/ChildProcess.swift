// The program that `run` or `tune` starts. It keeps our process group, our terminal and our descriptors, so the shell's job
// control works as if it had been started alone. Of signals, those from the terminal reach it anyway, as they reach
// every process of the group; those that a process sent to us alone are passed on.

import Glibc
import Targets
import ToolKit

/// A started program.
struct ChildProcess {
  struct StartError: Error {
    let number: Int32
    let program: String

    var sentence: String {
      "\"\(program)\" cannot be executed: \(reason(number))"
    }
  }

  /// How it ended.
  struct End {
    /// As a shell says it: 128 + the signal's number for a signal.
    let status: Int32
    let signal: Int32?
    /// A signal that somebody asked it and us to end by, before it did so in whatever way.
    var request: Int32?
  }

  private static let endingOnes = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]
  private static let passedOn = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGWINCH]

  let id: pid_t
  /// Of one that is followed until its end, or why it is not.
  let trace: Result<ExitTrace, TargetError>?
  private let watched: sigset_t

  // What was blocked before the first program was started, by whoever started us.
  private static let inherited: sigset_t = {
    var blocked = sigset_t()
    sigprocmask(SIG_BLOCK, nil, &blocked)
    return blocked
  }()

  /// Starts a program that is looked for in PATH.
  /// - Parameter streams: our descriptors that it gets as its own first ones; others are as ours.
  init(
    _ command: [String], environment: [String], streams: [Int32: Int32] = [:]
  ) throws(StartError) {
    var before = ChildProcess.inherited
    watched = ChildProcess.blockWatched()
    trace = nil

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    posix_spawnattr_setsigmask(&attributes, &before)

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (its, ours) in streams { posix_spawn_file_actions_adddup2(&actions, ours, its) }

    let arguments = command.map { strdup($0.systemText) } + [nil]
    let variables = environment.map { strdup($0.systemText) } + [nil]
    defer { for text in arguments + variables { free(text) } }
    var id: pid_t = 0
    let result = posix_spawnp(&id, arguments[0]!, &actions, &attributes, arguments, variables)
    guard result == 0 else { throw StartError(number: result, program: command[0]) }
    self.id = id
  }

  /// Starts a program that is looked for in PATH, and that waits before it ends, until `wait` has told of that.
  init(following command: [String], environment: [String]) throws(StartError) {
    let before = ChildProcess.inherited
    watched = ChildProcess.blockWatched()
    guard let path = Library.program(command[0]) else {
      throw StartError(number: ENOENT, program: command[0])
    }
    guard
      let program = HeldBackProgram(
        path: path.systemText, arguments: command.map(\.systemText),
        environment: environment.map(\.systemText), mask: before)
    else { throw StartError(number: errno, program: command[0]) }
    id = program.process
    let trace = Result { () throws(TargetError) in try ExitTrace(following: program.process) }
    self.trace = trace
    let error = program.begin { try? trace.get().answerStops() }
    if error == 0 { return }
    _ = wait { (try? trace.get().answers($0) {}) ?? false }
    throw StartError(number: error, program: command[0])
  }

  // Blocked before the start, so that none is missed; the child gets the mask that we had. There is no other thread that
  // could take a signal instead.
  private static func blockWatched() -> sigset_t {
    var watched = sigset_t()
    sigemptyset(&watched)
    for signal in passedOn + [SIGCHLD] { sigaddset(&watched, signal) }
    sigprocmask(SIG_BLOCK, &watched, nil)
    return watched
  }

  /// Waits for the end, and passes signals on meanwhile.
  /// - Parameter isStop: takes what waitpid(2) told; true: the program goes on.
  func wait(isStop: (Int32) -> Bool = { _ in false }) -> End {
    var watched = watched
    var request: Int32?
    while true {
      var status: Int32 = 0
      let answer = waitpid(id, &status, WNOHANG)
      if answer == id {
        if isStop(status) { continue }
        let signal = status & 0x7f
        request = request ?? pendingRequest
        if signal == 0 { return End(status: status >> 8 & 0xff, signal: nil, request: request) }
        return End(status: 128 + signal, signal: signal, request: request)
      }
      if answer < 0 && errno != EINTR { return End(status: 1, signal: nil) }
      var information = siginfo_t()
      let number = sigwaitinfo(&watched, &information)
      if ChildProcess.endingOnes.contains(number) { request = number }
      // A code above zero: from the kernel, that is, from the terminal.
      if number > 0 && number != SIGCHLD && information.si_code <= 0 { kill(id, number) }
    }
  }

  /// One that came just when the program ended.
  private var pendingRequest: Int32? {
    var pending = sigset_t()
    sigpending(&pending)
    return ChildProcess.endingOnes.first { sigismember(&pending, $0) == 1 }
  }
}
