// Proves that reports name functions of Swift as Swift writes them, with files and lines, though its compiler writes no table
// from addresses to units.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address 0x[0-9a-f]+ \(10-byte block\), thread "[^"]+" \([0-9]+\)$
// report: ^ +#[01] 0x[0-9a-f]+ in .*\.freeTwice\(\) -> \(\)  .*{FILE}:{LINE:second}$
// report: ^ +#[0-9] 0x[0-9a-f]+ in main  .*{FILE}:{LINE:call}$
// report: ^freed first by thread "
// report: ^ +#[01] 0x[0-9a-f]+ in .*\.freeTwice\(\) -> \(\)  .*{FILE}:{LINE:first}$
// env: SWIFTMALLOC_DEBUG=1
import Glibc

@inline(never)
func freeTwice() {
  let block = malloc(10)!
  free(block)  // first
  free(block)  // second
}
freeTwice()  // call
