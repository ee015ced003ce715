// The frames that an abort begins with: of the C library, and of C++'s runtime where an exception was caught by nobody. They
// are the same in every program; the program's own, behind them, tell where to look.

import CShims
import Platform

enum RuntimeFrames {
  /// The frames before a trace's first one outside of these libraries; 0 when there is none outside.
  static func count(of trace: UInt32) -> Int {
    var search = Search()
    withUnsafeMutablePointer(to: &search) {
      TraceReport.forEachSymbol(trace, { RuntimeFrames.look($0, $1) }, $0)
    }
    return search.isOver ? search.count : 0
  }

  private struct Search {
    var count = 0
    var isOver = false
  }

  private static func look(
    _ symbol: UnsafePointer<swiftmalloc_symbol>?, _ context: UnsafeMutableRawPointer?
  ) {
    guard let symbol, let search = context?.assumingMemoryBound(to: Search.self),
      !search.pointee.isOver, symbol.pointee.is_innermost != 0
    else { return }
    if isOfRuntime(symbol.pointee) {
      search.pointee.count += 1
    } else {
      search.pointee.isOver = true
    }
  }

  private static func isOfRuntime(_ symbol: swiftmalloc_symbol) -> Bool {
    if let module = symbol.module, isRuntime(module) { return true }
    guard let function = symbol.function else { return false }
    // C++'s runtime may be part of the program.
    return begins(function, "__gnu_cxx::__verbose_terminate_handler")
      || begins(function, "__cxxabiv1::") || begins(function, "__cxa_")
      || begins(function, "std::terminate()") || begins(function, "std::__terminate(")
  }

  /// Whether a library is one of them, by its file's name, a version's number apart.
  private static func isRuntime(_ path: UnsafePointer<CChar>) -> Bool {
    var name = path
    var next = path
    while next.pointee != 0 {
      if UInt8(bitPattern: next.pointee) == UInt8(ascii: "/") { name = next + 1 }
      next += 1
    }
    return begins(name, "libc.so") || begins(name, "libc-2.") || begins(name, "ld-musl-")
      || begins(name, "libpthread")
      || begins(name, "libstdc++.so") || begins(name, "libc++.so") || begins(name, "libc++abi.so")
      || begins(name, "libgcc_s")
  }

  private static func begins(_ name: UnsafePointer<CChar>, _ prefix: StaticString) -> Bool {
    for index in 0..<prefix.utf8CodeUnitCount
    where UInt8(bitPattern: name[index]) != prefix.utf8Start[index] { return false }
    return true
  }
}
