// What the tool says: results on standard output, one sentence about what could not be done on standard error.

import ArgumentParser
import Glibc
import ToolKit

/// Writes text to a descriptor, a name that is no UTF-8 as the system has it. The error's number when not all of it could
/// be written, else nil.
@discardableResult
func write(_ text: String, to descriptor: Int32) -> Int32? {
  text.systemBytes.withUnsafeBytes { bytes in
    var done = 0
    while done < bytes.count {
      let step = Glibc.write(descriptor, bytes.baseAddress! + done, bytes.count - done)
      if step > 0 {
        done += step
      } else if errno != EINTR {
        return errno
      }
    }
    return nil
  }
}

/// Writes a line of results. Who does not read to the end, as `head -1`, hears nothing of it.
func say(_ text: String) throws {
  guard let number = write(text + "\n", to: STDOUT_FILENO) else { return }
  if number == EPIPE { throw ExitCode(128 + SIGPIPE) }
  throw fail("standard output cannot be written: \(reason(number))")
}

/// At exit, in whatever thread. The argument parser prints help, the version and completions, and does not look whether they
/// arrived: where they did not, the program ends as one whose results did not.
func checkPrinted() {
  if fflush(nil) == 0 { return }
  let number = errno
  if number != EPIPE { complain("standard output cannot be written: \(reason(number))") }
  _exit(number == EPIPE ? 128 + SIGPIPE : 1)
}

/// Says a sentence on standard error.
func complain(_ sentence: String) { write("swiftmallocctl: \(sentence)\n", to: STDERR_FILENO) }

/// Says why, and ends the subcommand.
func fail(_ sentence: String, status: Int32 = 1) -> ExitCode {
  complain(sentence)
  return ExitCode(status)
}

/// What the system says of an error, in lower case.
func reason(_ number: Int32) -> String { String(cString: strerror(number)).lowercased() }
