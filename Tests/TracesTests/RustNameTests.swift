// Rust's names: what each production of the grammar gives, and that damage is refused.

import Testing

@testable import RustNames

@Suite struct RustNameTests {
  private func readable(_ name: String, capacity: Int = 4096) -> String? {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: capacity) { buffer in
      RustName.demangle(name, into: buffer.baseAddress!, capacity: capacity)
        ? String(cString: buffer.baseAddress!) : nil
    }
  }

  @Test(arguments: [
    ("_ZN4core3ptr13drop_in_place17h0123456789abcdefE", "core::ptr::drop_in_place"),
    ("_ZN2rl4main28_$u7b$$u7b$closure$u7d$$u7d$17h0123456789abcdefE", "rl::main::{{closure}}"),
    (
      "_ZN40_$LT$rl..Holder$u20$as$u20$rl..Speak$GT$5speak17h0123456789abcdefE",
      "<rl::Holder as rl::Speak>::speak"
    ),
    ("_ZN24_$RF$$BP$$LP$$RP$$C$$SP$1a17h0123456789abcdefE", "&*(),@::a"),
    ("_ZN5a$x$b17h0123456789abcdefE", "a$x$b"),
  ])
  func legacy(name: String, expected: String) { #expect(readable(name) == expected) }

  @Test(
    arguments: [
      ("_RNvC6_123foo3bar", "123foo::bar"),
      ("_RNvCs4fqI2P2rA04_4test4main.llvm.123", "test::main"),
      ("_RNCNvC1a4mains_0", "a::main::{closure#1}"),
      ("_RNSNvC1a4main6vtable", "a::main::{shim:vtable#0}"),
      ("_RNvMs_C1aNtB4_1b1c", "<a::b>::c"),
      ("_RNvXC1aNtB2_1bNtB2_1c1d", "<a::b as a::c>::d"),
      ("_RNvYhNtC1a1b1c", "<u8 as a::b>::c"),
      ("_RINvC1a1bNtB2_1cmEB2_", "a::b::<a::c, u32>"),
      ("_RIC1aFG1_RL0_hRL1_tEuE", "a::<for<'a, 'b, 'c> fn(&'c u8, &'b u16)>"),
      ("_RIC1aFUKCPbOcEzE", "a::<unsafe extern \"C\" fn(*const bool, *mut char) -> !>"),
      (
        "_RIC1aDG0_INtC1b2FnTRL0_hEEp6OutputuEL_E",
        "a::<dyn for<'a, 'b> b::Fn<(&'b u8,), Output = ()>>"
      ),
      ("_RIC1aRSeQAhj8_TEThEE", "a::<&[str], &mut [u8; 8], (), (u8,)>"),
      ("_RIC1aKb1_Kc61_Klna_Kp", nil),
      ("_RIC1aKb1_Kc61_Klna_KpE", "a::<true, 'a', -10, _>"),
      (
        "_RNqCs4fqI2P2rA04_11utf8_identsu30____7hkackfecea1cbdathfdh9hlq6y",
        "utf8_idents::საჭმელად_გემრიელი_სადილი"
      ),
    ] as [(String, String?)])
  func v0(name: String, expected: String?) { #expect(readable(name) == expected) }

  @Test(arguments: [
    "", "_", "_R", "_ZN", "malloc", "_ZN3foo3barEv", "_ZN3foo17h0123456789abcdeE", "_ZN99aE",
    "_ZN3foo17h0123456789abcdefX", "_RC1B9_", "_RNvB_3foo", "_RNvC3foo999999bar", "_RNvNvB4_1a1b",
    "_RINtC1aB2_", "_RC99999999999999999999a",
  ])
  func damagedNamesAreNone(name: String) { #expect(readable(name) == nil) }

  @Test func depthAndLengthAreBounded() {
    #expect(readable("_RIC1a" + String(repeating: "R", count: 100_000) + "hE") == nil)
    // A tuple of itself; and tuples that each name the one before them twice.
    #expect(readable("_RIC1aTB3_B3_EE") == nil)
    #expect(readable("_RIC1aTuETB3_B3_ETB6_B6_ETBe_Be_ETBm_Bm_ETBu_Bu_ETBC_BC_ETBK_BK_EE") != nil)
    #expect(readable("_RNvC3foo3bar", capacity: 8) == "foo:...")
  }
}
