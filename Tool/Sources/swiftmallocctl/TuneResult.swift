// What `tune` found out, as text and as JSON: rounding is what blocks are longer than what was asked for. A part of it no list
// can change, as each block is a multiple of 16 bytes.

import CLive
import LiveReader
import ToolKit
import Tuning

/// The list for a program, and what it and other options change.
struct TuneResult {
  /// The program as it ran once.
  struct Run {
    let name: String
    let options: [String: String]
    let end: ChildProcess.End
    let record: ProcessRecord?
  }

  private let program: String
  private let processID: Int
  private let sizes: SizeHistogram
  private let list: [Int]
  private var runs: [Run] = []
  /// Of a running process: free memory that goes back after the purge delay, and the most there was.
  private var purgeable: (now: Int, peak: Int)?
  /// Why something is missing.
  var note: String?

  init(_ record: ProcessRecord, list: [Int]) {
    program = record.program
    processID = record.processID
    sizes = record.sizes
    self.list = list
  }

  /// Of a process that has noted lengths.
  init(_ snapshot: Snapshot, classes: Int) {
    program = snapshot.program
    processID = Int(snapshot.processID)
    var sizes = SizeHistogram()
    for (row, count) in snapshot.sizes.enumerated() {
      sizes.add(count, byteCount: (row + 1) * SizeHistogram.granuleBytes)
    }
    sizes.blockBytes = snapshot.sizeBlockBytes
    sizes.requestedBytes = snapshot.sizeRequestedBytes
    self.sizes = sizes
    list = ClassList.best(sizes, count: classes)
    let amount = snapshot[SWIFTMALLOC_LIVE_PURGEABLE]
    purgeable = (amount.now, amount.peak)
    note = "of a running process savings are computed: run the program to measure them"
  }

  mutating func add(_ name: String, _ options: [String: String], _ outcome: TuneRuns.Outcome) {
    runs.append(Run(name: name, options: options, end: outcome.end, record: outcome.record))
  }

  private var computedBytes: Int { sizes.bytes(list) }
  private var line: String {
    "SWIFTMALLOC_SIZE_CLASSES=" + list.map { String($0) }.joined(separator: ",")
  }

  // MARK: Text

  /// All there is to say.
  func lines(_ style: Style) -> [String] {
    let rounding = sizes.blockBytes - sizes.requestedBytes
    var lines = [
      style.bold("\(program) (process \(processID)) at its peak")
        + ": \(counted(sizes.blockCount, "small block")), \(bytesText(sizes.requestedBytes)) asked for, "
        + "\(bytesText(rounding)) rounding",
      "Of the rounding, \(bytesText(sizes.leastBytes - sizes.requestedBytes)) no list can save, since blocks "
        + "are multiples of 16 bytes; \(bytesText(sizes.blockBytes - sizes.leastBytes)) is the size classes'.",
      "",
    ]
    lines += table(style)
    lines += ["", verdict]
    if let purgeable {
      lines.append(
        "PURGE_DELAY=0 would give back \(bytesText(purgeable.now)) that is free now, and was "
          + "\(bytesText(purgeable.peak)) at most.")
    }
    if let note { lines.append("Note: \(note).") }
    return lines + ["", line]
  }

  private func table(_ style: Style) -> [String] {
    var table = TextTable(["<", "rounding", "of classes", "peak memory", "CPU time"])
    for run in runs {
      guard let record = run.record else {
        table.add([run.name, "-", "-", "-", "-"])
        continue
      }
      let sizes = record.sizes
      table.add([
        run.name, bytesText(sizes.blockBytes - sizes.requestedBytes),
        bytesText(sizes.blockBytes - sizes.leastBytes), bytesText(record.peakResident),
        timeText(record.seconds),
      ])
    }
    if runs.count < 2 {
      if runs.isEmpty {
        table.add([
          "as it is", bytesText(sizes.blockBytes - sizes.requestedBytes),
          bytesText(sizes.blockBytes - sizes.leastBytes), "-", "-",
        ])
      }
      table.add([
        "SIZE_CLASSES=…, computed", bytesText(computedBytes - sizes.requestedBytes),
        bytesText(computedBytes - sizes.leastBytes), "-", "-",
      ])
    }
    return table.lines(style)
  }

  /// Bytes that the list saved in the second run, of all that was resident.
  private var saved: (bytes: Int, of: Int)? {
    guard runs.count > 1, let before = runs[0].record, let after = runs[1].record else {
      return nil
    }
    return (before.peakResident - after.peakResident, before.peakResident)
  }

  private var verdict: String {
    let computed = sizes.blockBytes - computedBytes
    guard let saved else {
      return "The list would save \(bytesText(computed)) (computed)."
    }
    if runs[1].end.status != runs[0].end.status {
      return
        "With the list the program ended with status \(runs[1].end.status), not \(runs[0].end.status): "
        + "its numbers may not be those of the same work."
    }
    if saved.bytes <= 0 {
      return "The list saves nothing of the memory at the peak (measured; \(bytesText(computed)) "
        + "computed): leave it."
    }
    return "The list saves \(bytesText(saved.bytes)) of the memory at the peak, "
      + "\(shareText(saved.bytes, of: saved.of)) (measured; \(bytesText(computed)) computed)."
  }

  // MARK: JSON

  /// One line.
  var json: String {
    var text = JSONText()
    text.object { text in
      text.key("program")
      text.string(program)
      text.key("pid")
      text.number(processID)
      text.key("blocks")
      text.number(sizes.blockCount)
      write(sizes, &text)
      text.key("sizeClasses")
      text.array { text in for size in list { text.number(size) } }
      text.key("environment")
      text.string(line)
      text.key("computedSavedBytes")
      text.number(sizes.blockBytes - computedBytes)
      text.key("measuredSavedBytes")
      text.number(saved?.bytes)
      text.key("purgeableBytes")
      text.number(purgeable?.now)
      text.key("note")
      text.string(note)
      text.key("runs")
      text.array { text in
        for run in runs { write(run, &text) }
      }
    }
    return text.text
  }

  private func write(_ sizes: SizeHistogram, _ text: inout JSONText) {
    text.key("requestedBytes")
    text.number(sizes.requestedBytes)
    text.key("roundingBytes")
    text.number(sizes.blockBytes - sizes.requestedBytes)
    text.key("classRoundingBytes")
    text.number(sizes.blockBytes - sizes.leastBytes)
  }

  private func write(_ run: Run, _ text: inout JSONText) {
    text.object { text in
      text.key("options")
      text.object { text in
        for (key, value) in run.options.sorted(by: { $0.key < $1.key }) {
          text.key(key)
          text.string(value)
        }
      }
      text.key("status")
      text.number(Int(run.end.status))
      text.key("peakRss")
      text.number(run.record?.peakResident)
      text.key("cpuSeconds")
      text.number(run.record?.seconds)
      if let record = run.record { write(record.sizes, &text) }
    }
  }
}
