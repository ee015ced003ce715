// Names of other addresses of the process than those of types: of variables and of functions.

import Symbols

extension TypeFinder {
  /// The variable that an address lies in, for people; nil where the files name none.
  package func variable(holding address: UInt64) -> String? {
    guard let module = map.module(of: address), let symbols = files.symbols(module),
      let name = symbols.data.name(at: address &- symbols.bias)
    else { return nil }
    return Demangled.name(name)
  }

  /// The function that an address lies in, for people; nil where the files name none.
  package func function(at address: UInt64) -> String? {
    files.function(at: address).map { Demangled.name($0) }
  }

  /// `app+0x1f30`; nil outside of programs and libraries.
  package func place(inModule address: UInt64) -> String? {
    map.isModule(address) ? files.place(address) : nil
  }

  /// Whether a function can be at an address.
  package func isCode(_ address: UInt64) -> Bool { map.isCode(address) }
}
