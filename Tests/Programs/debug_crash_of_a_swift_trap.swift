// Proves that a Swift program that overran a buffer and then stops at one of Swift's own checks tells both.
// expect: signal 4 (ILL)
// stderr: ^==[0-9]+==ERROR: swiftmalloc: ILL on address 0x[0-9a-f]+ \(the instruction ud2, by which compiled code stops the program\), thread "
// report: in .*stopAtTheCheck.*{FILE}
// report: ERROR: swiftmalloc: heap-buffer-overflow on address 0x[0-9a-f]+ \(.*40-byte block at .*, found by a look after the crash\)
// report: in .*overrun.*{FILE}
// env: SWIFTMALLOC_DEBUG=1 SWIFT_BACKTRACE=enable=no

@inline(never)
func overrun() -> UnsafeMutablePointer<UInt8> {
  let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: 40)
  for index in 0...40 { bytes[index] = 1 }
  return bytes
}

@inline(never)
func stopAtTheCheck(_ index: Int) -> Int { [1, 2, 3][index] }

let bytes = overrun()
print(stopAtTheCheck(Int(bytes[0]) + 10))
