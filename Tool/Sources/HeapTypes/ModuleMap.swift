// Which parts of the process' memory are programs and libraries ("modules"), and which of those run. A file that is
// merely read by way of memory is none: nothing of it is executable.
//
//   file, r--  file, r-x  file, r--  file, rw-  none, rw-        the last one is the rest of .bss: also the module's

import Targets

/// The modules of a process, by address.
struct ModuleMap {
  /// A mapping, and the number of its module, or -1.
  private struct Region {
    let start: UInt64
    let end: UInt64
    let isReadable: Bool
    let isExecutable: Bool
    let module: Int
  }

  /// A file that is mapped.
  struct Module {
    let path: String
    var mappings: [TargetMapping]
    var isCode: Bool
    /// The last part of its path.
    var name: String { path.split(separator: "/").last.map(String.init) ?? path }
  }

  private var regions: [Region] = []
  private(set) var modules: [Module] = []

  init(_ mappings: [TargetMapping]) {
    struct File: Hashable {
      let inode: UInt64
      let path: String
    }
    var numbers: [File: Int] = [:]
    for (place, mapping) in mappings.enumerated() {
      var number = -1
      if mapping.inode != 0 {
        let file = File(inode: mapping.inode, path: mapping.path)
        if let known = numbers[file] {
          number = known
          modules[number].mappings.append(mapping)
          if mapping.isExecutable { modules[number].isCode = true }
        } else {
          number = modules.count
          numbers[file] = number
          modules.append(
            Module(path: mapping.path, mappings: [mapping], isCode: mapping.isExecutable))
        }
      } else if mapping.path.isEmpty, place > 0, let before = regions.last,
        before.end == mapping.start, mappings[place - 1].inode != 0
      {
        number = before.module
      }
      regions.append(
        Region(
          start: mapping.start, end: mapping.end, isReadable: mapping.isReadable,
          isExecutable: mapping.isExecutable, module: number))
    }
  }

  private func region(_ address: UInt64) -> Region? {
    var (low, high) = (0, regions.count)
    while low < high {
      let middle = (low + high) / 2
      if regions[middle].end <= address { low = middle + 1 } else { high = middle }
    }
    return low < regions.count && regions[low].start <= address ? regions[low] : nil
  }

  func isReadable(_ address: UInt64) -> Bool { region(address)?.isReadable == true }

  /// Whether a function can be there.
  func isCode(_ address: UInt64) -> Bool { region(address)?.isExecutable == true }

  /// The module of an address that can be read; nil outside of programs and libraries.
  func module(of address: UInt64) -> Int? {
    guard let region = region(address), region.isReadable, region.module >= 0,
      modules[region.module].isCode
    else { return nil }
    return region.module
  }

  func isModule(_ address: UInt64) -> Bool { module(of: address) != nil }
}
