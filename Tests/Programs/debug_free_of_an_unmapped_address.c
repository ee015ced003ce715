// Proves that a free of an address where nothing is mapped, low, high or impossible, says so.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: invalid-free on address {ADDRESS} \(in (no mapping|memory of the kernel's)\), thread "[^"]+" \([0-9]+\)$
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:bad free}$
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// arguments: WHERE=0x10 WHERE=0x1 WHERE=0x7000000000 WHERE=0x4141414141414140 WHERE=0xdeadbeefdeadbeef WHERE=0xffff800000000000
// arguments: WHERE=0xfffffffffffffff0 WHERE=0x7ffffffff000
#include "debug.h"
ARGUMENT(size_t, WHERE)

int main(void) {
    free(malloc(100));
    free(announce((void *)WHERE));  // bad free
    return 0;
}
