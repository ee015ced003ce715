// The terminal as `top` uses it: its second screen, without echo, keys as they come. Whatever ends the program, the
// terminal is as it was: signals are noted and lead to an ordinary end.

import Glibc

/// The terminal's second screen; one at a time.
final class Screen {
  enum Key: Equatable {
    case left, right, space, quit, suspend
    case letter(Character)
  }

  // Written by a signal handler alone, read by the loop.
  nonisolated(unsafe) private static var signalNumber: Int32 = 0

  private var before = termios()
  private var isEntered = false

  init() {
    for signal in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] {
      Glibc.signal(signal) { Screen.signalNumber = $0 }
    }
    // Only so that waiting for a key ends.
    Glibc.signal(SIGWINCH) { _ in }
    enter()
  }

  /// A signal that asks for the end.
  static var caught: Int32? { signalNumber == 0 ? nil : signalNumber }

  private func enter() {
    tcgetattr(STDIN_FILENO, &before)
    var raw = before
    cfmakeraw(&raw)
    // A line's end still returns the cursor.
    raw.c_oflag = before.c_oflag
    tcsetattr(STDIN_FILENO, TCSANOW, &raw)
    write("\u{1b}[?1049h\u{1b}[?25l\u{1b}[?7l", to: STDOUT_FILENO)
    isEntered = true
  }

  /// Back to what the terminal was.
  func leave() {
    guard isEntered else { return }
    isEntered = false
    write("\u{1b}[?7h\u{1b}[?25h\u{1b}[?1049l", to: STDOUT_FILENO)
    tcsetattr(STDIN_FILENO, TCSANOW, &before)
  }

  /// Stops, as control-Z asks, and goes on when the shell says so.
  func suspend() {
    leave()
    kill(0, SIGTSTP)
    enter()
  }

  func size() -> (columns: Int, rows: Int) {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0
    else {
      return (80, 24)
    }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  /// Shows lines from the top on, and one at the bottom; what was there before goes.
  func show(_ lines: [String], below last: String, rows: Int) {
    var shown = Array(lines.prefix(max(1, rows - 1)))
    if rows > 1 {
      while shown.count < rows - 1 { shown.append("") }
      shown.append(last)
    }
    let text = shown.map { $0 + "\u{1b}[K" }.joined(separator: "\r\n")
    // In one write, and between marks that tell the terminal to draw it at once.
    write("\u{1b}[?2026h\u{1b}[H" + text + "\u{1b}[J\u{1b}[?2026l", to: STDOUT_FILENO)
  }

  /// Keys that come within a time, in milliseconds; none when it is over, or after a signal.
  func keys(within milliseconds: Int) -> [Key] {
    var wanted = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    guard poll(&wanted, 1, Int32(clamping: milliseconds)) > 0 else { return [] }
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = read(STDIN_FILENO, &bytes, bytes.count)
    // The terminal is gone.
    guard count > 0 else { return [.quit] }
    var keys: [Key] = []
    var rest = bytes[..<count]
    while let byte = rest.first {
      rest = rest.dropFirst()
      switch byte {
      case 3, 4, UInt8(ascii: "q"), UInt8(ascii: "Q"): keys.append(.quit)
      case 26: keys.append(.suspend)
      case UInt8(ascii: " "): keys.append(.space)
      case 0x1b:
        guard let second = rest.first, second == UInt8(ascii: "[") || second == UInt8(ascii: "O")
        else {
          continue
        }
        rest = rest.dropFirst()
        if rest.first == UInt8(ascii: "C") { keys.append(.right) }
        if rest.first == UInt8(ascii: "D") { keys.append(.left) }
        rest = rest.dropFirst()
      default: keys.append(.letter(Character(Unicode.Scalar(byte))))
      }
    }
    return keys
  }
}
