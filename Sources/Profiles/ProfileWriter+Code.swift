// Where code lies: the executable segments, and a location with a function for each return address
// in a stack that was written.

import CShims
import Platform
import Traces

extension ProfileWriter {
  mutating func writeMappings() {
    var mappings = self.mappings
    var passing = PassingNumbers()
    _ = mappings.read { number, mapping, path, module in
      let segment = Segment(
        start: mapping.start, end: mapping.end, fileOffset: mapping.fileOffset)
      writeMapping(UInt64(number), segment, path, module)
      passing.note(number, mapping, path, module)
    }
    self.mappings = mappings
    // Of code that is not there any more, and that nothing is known of.
    let gone = string("[gone]")
    var number = UInt64(mappings.count + 1)
    field(3) {
      $0.number(1, number)
      $0.number(2, 1)
      $0.number(3, 2)
      $0.number(5, gone)
    }
    passing.forEachGone {
      number += 1
      let segment = Segment(
        start: $0.pointee.code_start, end: $0.pointee.code_end, fileOffset: $0.pointee.code_offset)
      writeMapping(number, segment, swiftmalloc_passing_path($0), $0.pointee.module)
      return Int(number)
    }
    self.passing = passing
  }

  private struct Segment {
    let start: UInt
    let end: UInt
    let fileOffset: UInt
  }

  private mutating func writeMapping(
    _ number: UInt64, _ segment: Segment, _ path: UnsafePointer<CChar>,
    _ module: swiftmalloc_module
  ) {
    var name = ShortText()
    name.append(cString: path)
    if name.count == 0 { name.append("//anon") }
    let fileName = string(name)
    var buildID: UInt64 = 0
    if module.build_id_length > 0 {
      var text = ShortText()
      withUnsafePointer(to: module.build_id) {
        let bytes = UnsafeRawPointer($0).assumingMemoryBound(to: UInt8.self)
        for index in 0..<Int(module.build_id_length) { text.append(hexadecimal: bytes[index]) }
      }
      buildID = string(text)
    }
    field(3) {
      $0.number(1, number)
      $0.number(2, UInt64(segment.start))
      $0.number(3, UInt64(segment.end))
      $0.number(4, UInt64(segment.fileOffset))
      $0.number(5, fileName)
      $0.number(6, buildID)
    }
  }

  mutating func writeLocations() {
    for location in 1..<max(locationLimit, 1) where isUsed[Int(location)] {
      let element = ReturnAddresses.element(location)
      // The call before the return address.
      let address = element.pointee.address - 1
      let module = Int(element.pointee.module)
      let known = passing[module]
      let mapping = known != nil ? known : mappings.find(address).map { $0 + 1 }
      let name = string(name(of: address, mapping, module))
      field(5) {
        $0.number(1, UInt64(location))
        $0.number(2, name)
        $0.number(3, name)
      }
      let number = UInt64(mapping ?? mappings.count + 1)
      field(4) {
        $0.number(1, UInt64(location))
        $0.number(2, number)
        $0.number(3, UInt64(address))
        $0.message(4) { $0.number(1, UInt64(location)) }
      }
    }
  }

  // The module's name and the place in its file.
  private func name(of address: UInt, _ number: Int?, _ module: Int) -> ShortText {
    var text = ShortText()
    guard let number else {
      text.append("gone+")
      text.append(hexadecimalNumber: address)
      return text
    }
    if number > mappings.count {
      let description = PassingModules.description(module)
      text.append(cString: PassingNumbers.fileName(description))
      text.append("+")
      text.append(
        hexadecimalNumber: address - description.pointee.code_start
          + description.pointee.code_offset)
      return text
    }
    let mapping = mappings[number - 1]
    if mapping.pointee.nameLength == 0 { text.append("anon") }
    withUnsafePointer(to: mapping.pointee.name) {
      text.append(
        UnsafeRawPointer($0).assumingMemoryBound(to: UInt8.self), mapping.pointee.nameLength)
    }
    text.append("+")
    text.append(
      hexadecimalNumber: address - mapping.pointee.start + mapping.pointee.fileOffset)
    return text
  }
}
