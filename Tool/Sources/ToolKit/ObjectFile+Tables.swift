// Reads the tables of an ELF file: the one place that knows where rows and names lie. No length is believed: what is not in the
// file is not there.

import Glibc

/// A file that is open as long as this is.
final class OpenFile {
  private let descriptor: Int32
  private let byteCount: UInt64

  init?(_ path: String) {
    descriptor = open(path.systemText, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    var status = stat()
    guard descriptor >= 0 else { return nil }
    byteCount = fstat(descriptor, &status) == 0 ? UInt64(max(0, status.st_size)) : 0
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Nil where the file has not so many.
  func bytes(at offset: UInt64, _ count: Int) -> [UInt8]? {
    guard offset <= byteCount, count >= 0, UInt64(count) <= byteCount - offset else { return nil }
    var done = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, length in
      while done < count {
        let step = pread(descriptor, buffer.baseAddress! + done, count - done, off_t(offset) + done)
        if step <= 0 { break }
        done += step
      }
      length = done
    }
    return done == count ? bytes : nil
  }

  func table(_ offset: UInt64, _ stride: UInt16, _ count: UInt16, rowBytes: Int) -> [[UInt8]] {
    guard Int(stride) >= rowBytes, offset > 0,
      let all = bytes(at: offset, Int(stride) * Int(count))
    else { return [] }
    return (0..<Int(count)).map { Array(all[($0 * Int(stride))...].prefix(Int(stride))) }
  }

  /// The sections, with their names where the file tells them.
  func sections(_ header: [UInt8]) -> [ObjectFile.Section] {
    let rows = table(
      header.number(40, UInt64.self), header.number(58, UInt16.self),
      header.number(60, UInt16.self), rowBytes: 64)
    let place = Int(header.number(62, UInt16.self))
    var names: [UInt8] = []
    if place < rows.count {
      let (offset, count) = (
        rows[place].number(24, UInt64.self), rows[place].number(32, UInt64.self)
      )
      names = count <= 1 << 20 ? bytes(at: offset, Int(count)) ?? [] : []
    }
    return rows.map { row in
      ObjectFile.Section(
        name: names.text(at: Int(row.number(0, UInt32.self))), kind: row.number(4, UInt32.self),
        offset: row.number(24, UInt64.self), byteCount: row.number(32, UInt64.self),
        link: Int(row.number(40, UInt32.self)))
    }
  }

  /// What a section holds; empty where the file ends before.
  func contents(_ section: ObjectFile.Section) -> [UInt8] {
    bytes(at: section.offset, Int(clamping: section.byteCount)) ?? []
  }
}

extension [UInt8] {
  /// A number at a place that the caller knows to lie inside.
  func number<Number: FixedWidthInteger>(_ offset: Int, _: Number.Type) -> Number {
    withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Number.self) }
  }

  /// The text from a place to the next zero; empty behind the end.
  func text(at place: Int) -> String {
    guard place < count else { return "" }
    return String(decoding: self[place...].prefix { $0 != 0 }, as: UTF8.self)
  }
}
