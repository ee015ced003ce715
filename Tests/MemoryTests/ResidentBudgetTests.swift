// ResidentBudget: how much may be kept, and for how long.

import Memory
import Testing

@Suite struct ResidentBudgetTests {
  private let mebibyte = 1 << 20

  private func owed(_ budget: borrowing ResidentBudget) -> (spans: Int, largeBlocks: Int) {
    (budget.takeOwed(.spans), budget.takeOwed(.largeBlocks))
  }

  @Test func whatWasInUseMayBeKept() {
    var budget = ResidentBudget(purgeDelay: 400)
    budget.note(.spans, used: 100 * mebibyte, kept: 0, now: 1000)
    budget.note(.spans, used: 0, kept: 100 * mebibyte, now: 1010)
    let isOwed = budget.isOwed
    #expect(!isOwed)
    let kept = budget.keptForReuse(now: 1010)
    #expect(kept == 100 * mebibyte)
  }

  @Test func anotherPartGivesBackWhatOneGrowsBy() {
    var budget = ResidentBudget(purgeDelay: 400)
    budget.note(.largeBlocks, used: 100 * mebibyte, kept: 0, now: 1000)
    budget.note(.largeBlocks, used: 0, kept: 100 * mebibyte, now: 1010)
    budget.note(.spans, used: 30 * mebibyte, kept: 0, now: 1020)
    let first = owed(budget)
    #expect(first == (0, 22 * mebibyte))
    budget.note(.largeBlocks, used: 0, kept: 78 * mebibyte, now: 1020)
    budget.note(.spans, used: 35 * mebibyte, kept: 0, now: 1020)
    let second = owed(budget)
    #expect(second == (0, 5 * mebibyte))
  }

  @Test func aPartMayKeepAQuarterMore() {
    var budget = ResidentBudget(purgeDelay: 400)
    budget.note(.largeBlocks, used: 100 * mebibyte, kept: 0, now: 1000)
    budget.note(.largeBlocks, used: 80 * mebibyte, kept: 45 * mebibyte, now: 1010)
    let isOwed = budget.isOwed
    #expect(!isOwed)
    budget.note(.largeBlocks, used: 100 * mebibyte, kept: 35 * mebibyte, now: 1020)
    let afterwards = owed(budget)
    #expect(afterwards == (0, 10 * mebibyte))
  }

  /// Two free runs of 50 MiB are too short for a block of 100.
  @Test func beforeALongBlockAPartKeepsNoQuarter() {
    var budget = ResidentBudget(purgeDelay: 400)
    budget.note(.largeBlocks, used: 100 * mebibyte, kept: 0, now: 1000)
    budget.note(.largeBlocks, used: 0, kept: 100 * mebibyte, now: 1010)
    budget.note(.largeBlocks, used: 100 * mebibyte, kept: 100 * mebibyte, now: 1020)
    let afterwards = owed(budget)
    #expect(afterwards == (0, 92 * mebibyte))
  }

  /// A peak counts for less than the delay, and what is in use for ever.
  @Test func peaksAreForgottenAfterTheDelay() {
    var budget = ResidentBudget(purgeDelay: 400)
    budget.note(.spans, used: 100 * mebibyte, kept: 0, now: 1000)
    budget.note(.spans, used: 20 * mebibyte, kept: 80 * mebibyte, now: 1050)
    let before = budget.keptForReuse(now: 1290)
    let behind = budget.keptForReuse(now: 1450)
    #expect(before == 80 * mebibyte && behind == 0)
    budget.note(.spans, used: 0, kept: 100 * mebibyte, now: 9000)
    let later = budget.keptForReuse(now: 9000)
    #expect(later == 20 * mebibyte)
  }

  @Test func nothingIsOwedWithoutADelay() {
    var budget = ResidentBudget(purgeDelay: -1)
    budget.note(.largeBlocks, used: 100 * mebibyte, kept: 0, now: 1000)
    budget.note(.largeBlocks, used: 0, kept: 100 * mebibyte, now: 1010)
    budget.note(.spans, used: 100 * mebibyte, kept: 0, now: 5000)
    let isOwed = budget.isOwed
    #expect(!isOwed)
  }
}
