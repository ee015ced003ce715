// Names of the linker, each with what the language's own tool makes of it.

import Symbols
import Testing

struct DemangledTests {
  @Test(arguments: [
    // rustfilt (rustc-demangle 0.1.23)
    ("_RNvCs1234_7mycrate3foo", "mycrate::foo"),
    ("_RNvC6_123foo3bar", "123foo::bar"),
    ("_RNCNvCs4fqI2P2rA04_4main4main0B3_", "main::main::{closure#0}"),
    ("_RNvMs0_NtCsHx_4core3fmtNtB5_9Formatter7pad_str", "<core::fmt::Formatter>::pad_str"),
    ("_RNvXCs_3fooNtB2_3BarNtB2_5Trait4call", "<foo::Bar as foo::Trait>::call"),
    ("_RNvYNtC3foo3BarNtB4_5Trait4call", "<foo::Bar as foo::Trait>::call"),
    ("_RINvNtC3std3mem8align_ofjdE", "std::mem::align_of::<usize, f64>"),
    ("_RINvC3foo3barTxEReQhSmE", "foo::bar::<(i64,), &str, &mut u8, [u32]>"),
    ("_RINvC3foo3barTEAhj4_PaOzE", "foo::bar::<(), [u8; 4], *const i8, *mut !>"),
    ("_RINvC3foo3barFUKCtEuE", "foo::bar::<unsafe extern \"C\" fn(u16)>"),
    ("_RINvC3foo3barFhEbE", "foo::bar::<fn(u8) -> bool>"),
    (
      "_RINvC3foo3barDG_INtC3std2FnTRL0_hEEp6OutputjEL_E",
      "foo::bar::<dyn for<'a> std::Fn<(&'a u8,), Output = usize>>"
    ),
    ("_RINvC3foo3barKj1f_Kln2_Kb1_Kc41_E", "foo::bar::<31, -2, true, 'A'>"),
    (
      "_RNqCs4fqI2P2rA04_11utf8_identsu30____7hkackfecea1cbdathfdh9hlq6y",
      "utf8_idents::საჭმელად_გემრიელი_სადილი"
    ),
    ("_RNvCs1234_7mycrate3foo.llvm.9D1C9369", "mycrate::foo"),
    // c++filt
    ("_ZN3foo3barEi", "foo::bar(int)"),
    (
      "_ZNSt6vectorIiSaIiEE9push_backERKi",
      "std::vector<int, std::allocator<int> >::push_back(int const&)"
    ),
    ("_ZN4core3fmt5write17h0123456789abcdefE", "core::fmt::write"),
    (
      "_ZN38_$LT$T$u20$as$u20$core..fmt..Debug$GT$3fmt17hc0ffee0123456789E",
      "<T as core::fmt::Debug>::fmt"
    ),
    // swift demangle
    ("$s4main3FooV3bar1xySi_tF", "main.Foo.bar(x: Swift.Int) -> ()"),
    ("$sSS6appendyySSF", "Swift.String.append(Swift.String) -> ()"),
    // C
    ("main", "main"), ("_Zebra", "_Zebra"), ("$sour", "$sour"), ("_Rust", "_Rust"),
    ("g_hash_table_insert", "g_hash_table_insert"), ("", ""),
  ])
  func asTheLanguageWritesIt(mangled: String, name: String) {
    #expect(Demangled.name(mangled) == name)
  }

  /// Names that refer to themselves, go deeper and deeper, or say gigabytes.
  @Test func absurdNamesStayAsTheyAre() {
    let deep = "_RNvC1f1g" + String(repeating: "S", count: 5000) + "h"
    var long = "_RIC1aT"
    for _ in 0..<40 { long += "TB4_B4_E" }
    for name in [
      deep, "_RB_", "_RNvB_1a", "_RINvC1a1b" + String(repeating: "R", count: 3000) + "hE",
      long + "EE", "_RNvC99999999999999999999a1b", "_RNvC1a0", "_RC", "_R",
      "_RNvC1as99999999999999_1b",
      "_RINvC1a1bFG99999_EuE",
    ] {
      let demangled = Demangled.name(name)
      #expect(demangled == name || demangled.utf8.count < 5000)
    }
  }

  @Test func everyDamageOfANameIsReadToItsEnd() {
    let name = Array("_RINvNtC3foo3barDG_INtC3std2FnTRL0_hEEp6OutputjEL_KjfF_E".utf8)
    for place in 2..<name.count {
      for letter in "ABCEFIKMNYRTX0_sunz9".utf8 {
        var damaged = name
        damaged[place] = letter
        _ = Demangled.name(String(decoding: damaged, as: UTF8.self))
      }
      _ = Demangled.name(String(decoding: name[..<place], as: UTF8.self))
    }
  }
}
