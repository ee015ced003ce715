// The fields of Swift's classes, by the metadata for reflection: names and types from the field descriptor, offsets from the
// class' metadata.
//
// The place of the offsets counts from the metadata, or, below a class of a library that may change, from the own part of it.
//
//   field descriptor    0 type  4 superclass  8 kind, size of a record  12 count  16 records: flags, type, name

extension SwiftTypes {
  private static let mostFields: UInt32 = 1024
  private static let headBytes: UInt64 = 16
  private static let lazyPrefix = "$__lazy_storage_$_"

  /// The fields of an object, those of its superclasses first; empty where the program has no reflection metadata.
  func fields(_ found: SwiftClass) -> [Field] {
    // What the standard library's storage is made of is nobody's field.
    switch rest(found) {
    case .array, .table, .string: return []
    default: break
    }
    var chain = [found]
    while let last = chain.last, last.superclass != 0, chain.count < SwiftClass.mostSuperclasses {
      guard let next = self.class(last.superclass) else { break }
      chain.append(next)
    }
    var fields = chain.reversed().flatMap(ownFields)
    // What lies behind the object has no name, and counts to the last field.
    if case .tail = rest(found), let last = fields.popLast() {
      fields.append(last.uncertain)
    }
    return fields
  }

  private func ownFields(_ found: SwiftClass) -> [Field] {
    let nominal = found.nominal
    guard let place: UInt32 = pages.load(nominal.descriptor &+ 40),
      place > 0 || nominal.hasResilientSuperclass,
      let base = nominal.hasResilientSuperclass
        ? members(of: found.address, nominal) : found.address
    else { return [] }
    let offsets = base &+ UInt64(place) &* 8
    let names = nominal.letters(
      arguments(of: found.address, nominal).map { name($0) ?? Self.unknown })
    let fields = records(nominal).enumerated().compactMap { index, record in
      field(record, pages.word(offsets &+ UInt64(index) &* 8), found.instanceSize, names)
    }
    let letters = argumentOwnership(found)
    return fields.indices.flatMap { index in
      let end = index + 1 < fields.count ? fields[index + 1].field.offset : found.instanceSize
      return parts(of: fields[index].field, fields[index].type, end: end, letters: letters)
    }
  }

  private func field(
    _ record: Record, _ offset: UInt64?, _ size: Int, _ letters: [String: String]
  ) -> (field: Field, type: MangledType?)? {
    guard let name = record.name, let offset, offset >= Self.headBytes, offset < UInt64(size) else {
      return nil
    }
    let field = Field(
      name: name, offset: Int(offset), type: record.type?.name(letters),
      mangledType: record.type?.bytes ?? [], ownership: record.type?.ownership ?? .strong)
    return (field, record.type)
  }

  typealias Record = (name: String?, type: MangledType?, hasType: Bool)

  /// What is written down of the fields of a class or a struct.
  func records(_ nominal: SwiftNominal) -> [Record] { knownRecords(nominal) ?? [] }

  /// Nil where nothing is written down of them.
  func knownRecords(_ nominal: SwiftNominal) -> [Record]? {
    guard let descriptor = pages.relative(nominal.descriptor &+ 16), map.isModule(descriptor),
      let recordBytes: UInt16 = pages.load(descriptor &+ 10), recordBytes >= 12,
      let count: UInt32 = pages.load(descriptor &+ 12), count <= Self.mostFields
    else { return nil }
    return (0..<UInt64(count)).map { index in
      let record = descriptor &+ Self.headBytes &+ index &* UInt64(recordBytes)
      let name = pages.relative(record &+ 8).flatMap { pages.name($0) }
      let place = pages.relative(record &+ 4)
      let type = place.flatMap { MangledType($0, pages, contexts) }
      let isLazy = name?.hasPrefix(Self.lazyPrefix) == true
      return (
        isLazy ? name.map { String($0.dropFirst(Self.lazyPrefix.count)) } : name, type,
        place != nil
      )
    }
  }
}
