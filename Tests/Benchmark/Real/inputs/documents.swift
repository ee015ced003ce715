// JSON through Foundation: typed records by JSONEncoder and JSONDecoder, free documents by JSONSerialization.
// Argument: the rounds.
import Foundation

struct Place: Codable, Equatable {
  var street: String
  var town: String
  var position: [Double]
}

struct Person: Codable, Equatable {
  var id: Int
  var name: String
  var mail: String?
  var tags: [String]
  var place: Place
  var scores: [String: Int]
}

func person(_ n: Int) -> Person {
  let mail: String? = n % 3 == 0 ? nil : "person\(n)@example.org"
  let tags: [String] = (0..<n % 5).map { "tag \($0)" }
  let position = [Double(n) / 7, Double(n) / 13]
  return Person(
    id: n, name: "Person number \(n)", mail: mail, tags: tags,
    place: Place(street: "Street \(n % 50)", town: "Town \(n % 9)", position: position),
    scores: ["first": n, "second": n % 7, "last score of all": n % 11])
}

var people = (0..<300).map(person)
let encoder = JSONEncoder()
let decoder = JSONDecoder()
var (bytes, entries) = (0, 0)
for round in 0..<(Int(CommandLine.arguments.last ?? "") ?? 20) {
  let data = try encoder.encode(people)
  people = try decoder.decode([Person].self, from: data)
  people[round % people.count].tags.append("round \(round)")
  bytes += data.count
  guard var document = try JSONSerialization.jsonObject(with: data) as? [[String: Any]] else {
    fatalError("no array")
  }
  for n in document.indices where n % 3 == round % 3 {
    document[n]["extra"] =
      ["round": round, "list": Array(0..<n % 20), "text": String(repeating: "x", count: n)]
      as [String: Any]
  }
  let again = try JSONSerialization.data(
    withJSONObject: document, options: round % 2 == 0 ? [] : [.sortedKeys])
  let parsed = try JSONSerialization.jsonObject(with: again) as? [[String: Any]] ?? []
  entries += parsed.reduce(0) { $0 + $1.count }
}
print("people \(people.count) bytes \(bytes) entries \(entries)")
