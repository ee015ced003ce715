// The report of an access to a guarded block, out of a core file, in the library's words:
//
//   ==PID==ERROR: swiftmalloc: heap-use-after-free on address 0x… (a read, 5 bytes inside the freed 24-byte block at 0x…), thread "app" (PID)
//       #0 0x… in ??  (/path/module+0x1234, build id …)
//   freed by thread "app" (PID):
//   allocated by thread "app" (PID):
//   SUMMARY: swiftmalloc: heap-use-after-free (/path/module+0x1234, build id …)

/// The report's lines.
package struct GuardedReport {
  package let lines: [String]

  /// - Parameter address: of what is to be told, in place of the access that ended the process.
  package init(
    _ core: CoreFile, _ records: GuardedRecords, about address: UInt64?
  ) throws(CoreFileError) {
    let fault = address == nil ? records.fault : nil
    guard let place = address ?? fault?.address ?? GuardedReport.signalAddress(core),
      let block = records.block(nearestTo: place)
    else {
      let (live, freed) = records.counts
      throw CoreFileError(
        reason: (address == nil
          ? "is of a process that did not end in a guarded block"
          : "has no guarded block at this address")
          + ": it had \(live) live and \(freed) freed ones")
    }
    let kind = GuardedReport.kind(place, block)
    let distance = GuardedReport.distance(place, block)
    var lines: [String] = []
    if address != nil {
      lines.append(
        "==\(core.processID)==INFO: swiftmalloc: address \(hexadecimal(place)) is \(distance)")
    } else {
      let access = fault.map { $0.isWrite ? "a write, " : "a read, " } ?? ""
      let thread = fault.map { ", " + GuardedReport.thread($0.stack) } ?? ""
      lines.append(
        "==\(core.processID)==ERROR: swiftmalloc: \(kind) on address \(hexadecimal(place)) "
          + "(\(access)\(distance))\(thread)")
      lines += GuardedReport.frames(fault?.stack.addresses ?? [core.programCounter &+ 1], core)
    }
    let top = address == nil ? lines.dropFirst().first : nil
    if block.isFreed {
      lines.append("freed by \(GuardedReport.thread(block.release)):")
      lines += GuardedReport.frames(block.release.addresses, core)
    }
    lines.append("allocated by \(GuardedReport.thread(block.allocation)):")
    lines += GuardedReport.frames(block.allocation.addresses, core)
    if let top, let mark = top.firstRange(of: "  (") {
      lines.append(
        "SUMMARY: swiftmalloc: \(kind) \(top[top.index(mark.lowerBound, offsetBy: 2)...])")
    }
    self.lines = lines
  }

  // Of a process that handled the signal itself, or whose handler was replaced.
  private static func signalAddress(_ core: CoreFile) -> UInt64? {
    core.signalAddress == 0 ? nil : core.signalAddress
  }

  private static func kind(_ address: UInt64, _ block: GuardedRecords.Block) -> String {
    if block.isFreed { return "heap-use-after-free" }
    return address < block.start ? "heap-buffer-underflow" : "heap-buffer-overflow"
  }

  private static func distance(_ address: UInt64, _ block: GuardedRecords.Block) -> String {
    let what =
      "the \(block.isFreed ? "freed " : "")\(block.byteCount)-byte block at \(hexadecimal(block.start))"
    if address < block.start { return "\(bytes(block.start - address)) before \(what)" }
    let offset = address - block.start
    return offset < block.byteCount
      ? "\(bytes(offset)) inside \(what)"
      : "\(bytes(offset - block.byteCount)) after the end of \(what)"
  }

  private static func bytes(_ count: UInt64) -> String { count == 1 ? "1 byte" : "\(count) bytes" }

  private static func thread(_ stack: GuardedRecords.Stack) -> String {
    "thread \"\(ReportLine.printable(stack.thread))\" (\(stack.threadID))"
  }

  private static func frames(_ addresses: [UInt64], _ core: CoreFile) -> [String] {
    addresses.enumerated().map { number, address in
      let place: String
      if let module = core.module(of: address &- 1) {
        let id = module.buildID.map { ", build id \($0)" } ?? ""
        place = "(\(ReportLine.printable(module.path))+\(hexadecimal(module.offset))\(id))"
      } else {
        place = "(unknown code)"
      }
      return "    #\(number) \(hexadecimal(address)) in ??  \(place)"
    }
  }
}

private func hexadecimal(_ number: UInt64) -> String { "0x" + String(number, radix: 16) }
