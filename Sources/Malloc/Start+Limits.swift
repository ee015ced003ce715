// What the modes cannot see in this process, said at its start: silence would read as if all were well.

import CShims
import Platform

extension Process {
  static func tellLimits(_ options: Options) {
    if swiftmalloc_is_static() != 0 { tellOfStaticProgram(options) }
    let checks = options.mode != .production || options.leaks != .none
    let counts = options.statistics != .none || options.publishes || options.writesProfile
    if !checks && !counts { return }
    // Of a sanitizer's allocator there is a word already.
    if swiftmalloc_sanitizer_is_present() == 0 { tellOfOtherMalloc() }
    if swiftmalloc_program_is_go() != 0 { tellOfGo() }
  }

  private static func tellOfOtherMalloc() {
    let address = swiftmalloc_malloc_of_others()
    if address == 0 { return }
    var message = Message()
    message.head("WARNING")
    message.text("malloc is that of ")
    if !ProcessMaps.appendName(of: address, to: &message) { message.text("another library") }
    message.text(", not ours: only what it takes from ours is checked and counted")
    message.endLine()
  }

  // Libraries that find symbols and unwind would bring a second C library into the process.
  private static func tellOfStaticProgram(_ options: Options) {
    let isDebugging = options.mode != .production || options.leaks != .none
    let traces = isDebugging || options.writesProfile || options.guardInterval != 0
    if !traces || options.frames == 0 { return }
    var message = Message()
    message.head("WARNING")
    message.text("the program is linked statically: stacks have no lines until ")
    message.text("swiftmallocctl symbolize adds them")
    if swiftmalloc_program_has_unwind_table() == 0 {
      message.text(", and end early in code without frame pointers: ")
      message.text("link it with -Wl,--eh-frame-hdr")
    }
    message.endLine()
  }

  /// Of an archive that was linked in so that only the program itself takes its memory from it.
  @inline(__always)
  static func tellOfHiddenNames() {
    let address = swiftmalloc_malloc_of_libraries()
    if address != 0 { warnOfHiddenNames(address) }
  }

  @inline(never)
  private static func warnOfHiddenNames(_ address: UInt) {
    var message = Message()
    message.head("WARNING")
    message.text("swiftmalloc is linked into the program, but its libraries have the malloc of ")
    if !ProcessMaps.appendName(of: address, to: &message) { message.text("another library") }
    message.text(": link it without --exclude-libs")
    message.endLine()
  }

  // Go's runtime calls exit_group itself.
  private static func tellOfGo() {
    var message = Message()
    message.head("WARNING")
    message.text("the program is linked by Go, which ends it by a system call: ")
    message.text("nothing is checked or printed at exit; ")
    message.text("LEAK_SIGNAL and swiftmalloc_check_leaks() serve while it runs")
    message.endLine()
  }
}
