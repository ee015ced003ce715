import Glibc

/// What the server knows; all its connections share it.
final class Store: @unchecked Sendable {
  final class Item {
    let id: Int
    var name: String
    var tags: [String]
    var properties: [String: Json]
    var reads = 0
    init(id: Int, name: String, tags: [String], properties: [String: Json]) {
      (self.id, self.name, self.tags, self.properties) = (id, name, tags, properties)
    }
    var json: Json {
      .object([
        "id": .number(Double(id)), "name": .string(name), "reads": .number(Double(reads)),
        "tags": .array(tags.map(Json.string)), "properties": .object(properties),
      ])
    }
  }

  private var items: [Int: Item] = [:]
  private var tagged: [String: Set<Int>] = [:]
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

  init() { pthread_mutex_init(mutex, nil) }

  private func locked<Result>(_ work: () -> Result) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return work()
  }

  private func forget(_ id: Int) {
    guard let old = items.removeValue(forKey: id) else { return }
    for tag in old.tags { tagged[tag]?.remove(id) }
  }

  /// Keeps an item; false when the document is none.
  func put(_ id: Int, _ document: Json) -> Bool {
    guard let name = document["name"]?.text, case .array(let tags)? = document["tags"],
      case .object(let properties)? = document["properties"]
    else { return false }
    let item = Item(id: id, name: name, tags: tags.compactMap(\.text), properties: properties)
    locked {
      forget(id)
      items[id] = item
      for tag in item.tags { tagged[tag, default: []].insert(id) }
    }
    return true
  }

  func get(_ id: Int) -> Json? {
    locked {
      items[id]?.reads += 1
      return items[id]?.json
    }
  }

  func delete(_ id: Int) { locked { forget(id) } }

  /// The lowest items with this tag.
  func list(_ tag: String, count: Int) -> [Json] {
    locked { (tagged[tag] ?? []).sorted().prefix(count).compactMap { items[$0]?.json } }
  }
}
