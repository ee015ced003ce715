// A process' size classes and threads as CSV (RFC 4180): a line of names, then one line each, lines ending with CR LF.
// A text that a spreadsheet would take for a formula gets an apostrophe before it: names come from the program.

extension ProcessView {
  /// Size classes with allocations.
  package func classesCSV() -> String {
    var lines = [
      "index,class,block_size,spans,allocations,frees,live,given_bytes,requested_bytes,waste_bytes,peak_bytes"
    ]
    for row in classRows {
      lines.append(
        CSV.line([
          String(row.index), row.label, row.blockSize.map(String.init) ?? "", String(row.spanCount),
          String(row.sum.allocations), String(row.sum.frees), String(row.sum.liveBlocks),
          String(row.givenBytes), String(row.requestedBytes), String(row.wasteBytes),
          String(row.sum.peakBytes),
        ]))
    }
    return lines.map { $0 + "\r\n" }.joined()
  }

  /// Threads, row 0 (ended threads) included.
  package func threadsCSV() -> String {
    var lines = ["row,id,name,allocations,frees,live_bytes,peak_bytes"]
    for thread in snapshot.threads {
      lines.append(
        CSV.line([
          String(thread.row), thread.row == 0 ? "" : String(thread.id),
          CSV.harmless(name(of: thread)),
          String(thread.classes.map(\.allocations).boundedSum),
          String(thread.classes.map(\.frees).boundedSum), String(thread.requestedBytes),
          String(thread.peakBytes.atLeastZero),
        ]))
    }
    return lines.map { $0 + "\r\n" }.joined()
  }
}

/// Lines of comma separated values.
package enum CSV {
  /// One line without its end; a field with a comma, a quote or a line's end is quoted.
  package static func line(_ fields: [String]) -> String {
    fields.map { field in
      guard field.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else {
        return field
      }
      var quoted = "\""
      for scalar in field.unicodeScalars {
        if scalar == "\"" { quoted.unicodeScalars.append("\"") }
        quoted.unicodeScalars.append(scalar)
      }
      return quoted + "\""
    }.joined(separator: ",")
  }

  /// A text that no spreadsheet calculates.
  package static func harmless(_ text: String) -> String {
    guard let first = text.unicodeScalars.first, "=+-@\t\r".unicodeScalars.contains(first) else {
      return text
    }
    return "'" + text
  }
}
