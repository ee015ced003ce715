// What a misspelt option or value was meant to be: the word that takes the fewest changes, if these are few.

extension Option {
  /// The key that somebody meant who wrote this one; nil when none is near.
  static func key(like wrong: Text) -> Text? {
    var search = NearestWord(wrong)
    for index in 0..<count {
      if let option = Option(rawValue: index) { search.consider(Text(option.key)) }
    }
    search.consider("OPTIONS")
    return search.nearest
  }

  /// The value that somebody meant who wrote this one; nil when none is near, or the option takes other things than words.
  func value(like wrong: Text) -> Text? {
    var search = NearestWord(wrong)
    var rest = Text(values)
    while rest.count > 0 {
      let end = rest.firstIndex(of: UInt8(ascii: ",")) ?? rest.count
      let word = rest.prefix(end)
      // "0 to 64", "size": no words to be written.
      if word.count > 1, word.firstIndex(of: UInt8(ascii: " ")) == nil, !word.isPlaceholder {
        search.consider(word)
      }
      rest = rest.dropFirst(min(end + 2, rest.count))
    }
    return search.nearest
  }
}

extension Text {
  fileprivate var isPlaceholder: Bool {
    equals("size") || equals("path") || equals("list") || equals("names") || equals("milliseconds")
  }
}

/// The nearest of some words, by the letters that must be replaced, inserted, left out, or exchanged with their neighbour.
private struct NearestWord {
  // Longer than all keys.
  private static let longest = 24

  private let wrong: Text
  private(set) var nearest: Text?
  private var distance: Int

  init(_ wrong: Text) {
    self.wrong = wrong
    // A third of the letters, two at most.
    distance = min(wrong.count / 3, 2) + 1
  }

  mutating func consider(_ word: StaticString) { consider(Text(word)) }

  mutating func consider(_ word: Text) {
    if wrong.count > Self.longest || word.count > Self.longest { return }
    let its = changes(to: word)
    if its < distance {
      distance = its
      nearest = word
    }
  }

  /// Damerau's distance between neighbours, row by row of the table of all beginnings.
  private func changes(to word: Text) -> Int {
    var beforeLast = InlineArray<25, Int>(repeating: 0)
    var last = InlineArray<25, Int>(repeating: 0)
    for column in 0...word.count { last[column] = column }
    for row in 0..<wrong.count {
      var now = InlineArray<25, Int>(repeating: 0)
      now[0] = row + 1
      for column in 0..<word.count {
        var least = min(last[column + 1], now[column]) + 1
        least = min(least, last[column] + (isSame(row, word, column) ? 0 : 1))
        if row > 0, column > 0, isSame(row - 1, word, column), isSame(row, word, column - 1) {
          least = min(least, beforeLast[column - 1] + 1)
        }
        now[column + 1] = least
      }
      beforeLast = last
      last = now
    }
    return last[word.count]
  }

  private func isSame(_ row: Int, _ word: Text, _ column: Int) -> Bool {
    Text.lowercase(wrong[row]) == Text.lowercase(word[column])
  }
}
