// Tables as lines of text: widths, order, and what a narrow terminal shows.

import LiveReader
import TestLiveFiles
import Testing
import ToolKit

struct TablesTests {
  private let plain = Style(isOn: false)

  @Test func numbersStandAtTheRight() {
    var table = TextTable(["NAME<", "BYTES"])
    table.add(["a", "1"])
    table.add(["longer", "1,000"])
    #expect(table.lines(plain) == ["NAME    BYTES", "a           1", "longer  1,000"])
  }

  @Test func aMarkedHeadIsBold() {
    let table = TextTable(["A"])
    #expect(table.lines(Style(isOn: true)) == ["\u{1b}[1mA\u{1b}[0m"])
  }

  @Test func narrowTablesLoseColumnsAndShortenText() {
    var table = TextTable(["PID", "PROGRAM<", "BYTES"])
    table.add(["17", "a-program-with-a-long-name", "1,000"])
    #expect(table.lines(plain, within: 60, order: [0, 1, 2])[1].hasSuffix("long-name  1,000"))
    #expect(
      table.lines(plain, within: 14, order: [0, 1, 2]) == ["PID  PROGRAM", " 17  a-progra…"])
    #expect(table.lines(plain, within: 9, order: [2, 0, 1]) == ["BYTES", "1,000"])
  }

  private func view(_ pid: Int32, _ program: String, allocations: UInt64) throws -> ProcessView {
    var file = LiveFileWriter(processID: pid, program: program)
    file.setThread(1, id: pid, name: Array("main".utf8))
    file.setCounts(1, 0, allocations: allocations, frees: 1, requested: 10, returned: 0)
    return ProcessView(try TestFolder().snapshot(file.contents), facts: ProcessFacts())
  }

  /// The first words of the rows.
  private func firsts(_ lines: [String]) -> [String] {
    lines.dropFirst().map { String($0.split(separator: " ").first ?? "") }
  }

  @Test func numbersFallAndNamesRise() throws {
    // Of processes that are not there: nothing is asked of the system.
    let views = [
      try view(4_999_001, "b", allocations: 30), try view(4_999_002, "a", allocations: 10),
      try view(4_999_003, "c", allocations: 20),
    ]
    let table = SortedTable(processes: views, before: { _ in nil }, seconds: 1)
    let byID = table.lines(sortedBy: 0, isReversed: false, width: 200)
    #expect(byID[0].contains("PID▼") && firsts(byID) == ["4999003", "4999002", "4999001"])
    let byName = table.lines(sortedBy: 1, isReversed: false, width: 200)
    #expect(byName[0].contains("PROGRAM▲") && firsts(byName) == ["4999002", "4999001", "4999003"])
    let turned = table.lines(sortedBy: 1, isReversed: true, width: 200)
    #expect(turned[0].contains("PROGRAM▼") && firsts(turned) == ["4999003", "4999001", "4999002"])
  }

  @Test func ratesNeedAnEarlierSample() throws {
    let (now, before) = (
      try view(4_999_001, "a", allocations: 30), try view(4_999_001, "a", allocations: 10)
    )
    let rates = { (old: ProcessView?, seconds: Double) in
      SortedTable(processes: [now], before: { _ in old }, seconds: seconds)
        .lines(sortedBy: 7, isReversed: false, width: 40)[1]
    }
    #expect(rates(before, 2).hasSuffix(" 10"))
    #expect(rates(nil, 2).hasSuffix(" -") && rates(before, 0).hasSuffix(" -"))
  }

  @Test func theSortedColumnIsAlwaysShown() {
    let table = SortedTable(processes: [], before: { _ in nil }, seconds: 1)
    for column in SortedTable.processColumns.indices {
      let lines = table.lines(sortedBy: column, isReversed: false, width: 12)
      #expect(lines.count == 1 && (lines[0].contains("▲") || lines[0].contains("▼")))
    }
  }
}
