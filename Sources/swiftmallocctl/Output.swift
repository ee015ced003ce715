// What the tool says: results on standard output, one sentence about what could not be done on standard error.

import ArgumentParser
import Glibc

/// Writes text to a descriptor, as it is.
func write(_ text: String, to descriptor: Int32) {
  var text = text
  text.withUTF8 { bytes in
    var done = 0
    while done < bytes.count {
      let step = Glibc.write(descriptor, bytes.baseAddress! + done, bytes.count - done)
      if step > 0 {
        done += step
      } else if errno != EINTR {
        return
      }
    }
  }
}

/// Writes a line of results.
func say(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }

/// Says a sentence on standard error.
func complain(_ sentence: String) { write("swiftmallocctl: \(sentence)\n", to: STDERR_FILENO) }

/// Says why, and ends the subcommand.
func fail(_ sentence: String, status: Int32 = 1) -> ExitCode {
  complain(sentence)
  return ExitCode(status)
}
