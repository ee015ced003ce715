// The list of size classes that wastes least. Every power of two is in it, as the library wants it. The others are chosen
// among the lengths that there are: a class that is no block's own length could be shorter.
//
//   least(k, j) = the least waste of all blocks up to candidate j, in k classes of which j is the longest
//               = min over i < j of  least(k − 1, i) + waste of the blocks between i and j, which take j's length
//
// where no power of two lies between i and j. A class beyond the powers has to save a page: a program needs about as much
// memory for the beginnings of one more kind of block. What is left of the number is put where the gaps are widest, for
// blocks that the program did not have while it was looked at.

/// Finds lists.
package enum ClassList {
  package static let powers = (4...15).map { 1 << $0 }
  /// The library's own number of classes (CLASS_STEPS=4), and the greatest that it takes.
  package static let usualCount = 40
  package static let greatestCount = 89

  /// What a class has to save, in bytes.
  private static let classCost = 4096

  /// Class lengths in bytes, growing, as many as `count`, from the 12 powers on.
  package static func best(_ histogram: SizeHistogram, count: Int) -> [Int] {
    filled(chosen(histogram, count: count), count: count)
  }

  /// The powers and what is worth a class.
  static func chosen(_ histogram: SizeHistogram, count: Int) -> [Int] {
    let forced = Set(powers.map { $0 / SizeHistogram.granuleBytes })
    let candidates = histogram.counts.indices.filter {
      $0 > 0 && (histogram.counts[$0] > 0 || forced.contains($0))
    }
    let sums = Sums(histogram, candidates)
    // Before the first candidate stands none, which costs nothing.
    var least = [Int](repeating: .max, count: candidates.count + 1)
    least[0] = 0
    var choices: [[Int]] = []
    var (best, bestCount) = (Int.max, 0)
    for number in 1...max(count, powers.count) {
      var next = [Int](repeating: .max, count: candidates.count + 1)
      var choice = [Int](repeating: 0, count: candidates.count + 1)
      for end in 1...candidates.count {
        var start = end - 1
        while true {
          if least[start] != .max {
            let waste = least[start] + sums.waste(from: start, to: end)
            if waste < next[end] { (next[end], choice[end]) = (waste, start) }
          }
          if start == 0 || forced.contains(candidates[start - 1]) { break }
          start -= 1
        }
      }
      choices.append(choice)
      least = next
      let all = least[candidates.count]
      if all != .max, all + number * classCost < best {
        (best, bestCount) = (all + number * classCost, number)
      }
    }
    var list: [Int] = []
    var end = candidates.count
    for number in stride(from: bestCount, to: 0, by: -1) {
      list.append(candidates[end - 1] * SizeHistogram.granuleBytes)
      end = choices[number - 1][end]
    }
    return list.reversed()
  }

  /// Sums up to each candidate.
  private struct Sums {
    private let lengths: [Int]
    private var counts = [0]
    private var bytes = [0]

    init(_ histogram: SizeHistogram, _ candidates: [Int]) {
      lengths = [0] + candidates.map { $0 * SizeHistogram.granuleBytes }
      for granule in candidates {
        counts.append(counts.last! + histogram.counts[granule])
        bytes.append(
          bytes.last! + histogram.counts[granule] * granule * SizeHistogram.granuleBytes)
      }
    }

    /// Of the blocks behind candidate `start` up to candidate `end`, in blocks of that one's length.
    func waste(from start: Int, to end: Int) -> Int {
      (counts[end] - counts[start]) * lengths[end] - (bytes[end] - bytes[start])
    }
  }

  /// A list with further classes in the widest gaps, until there are `count` or no gap is left.
  static func filled(_ list: [Int], count: Int) -> [Int] {
    var list = list
    while list.count < count {
      let gaps = list.indices.dropFirst().filter { list[$0] - list[$0 - 1] > 16 }
      let ratio = { (index: Int) in Double(list[index]) / Double(list[index - 1]) }
      guard let widest = gaps.max(by: { ratio($0) < ratio($1) }) else { break }
      let middle = (list[widest - 1] + list[widest]) / 2
      list.insert(middle / 16 * 16, at: widest)
    }
    return list
  }
}
