// Proves that addresses which no process has are reported and not followed.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: invalid-free on address {ADDRESS}( |,|$)
// arguments: ADDRESS_=0x10 ADDRESS_=0x1 ADDRESS_=0xff0 ADDRESS_=0x7000000000 ADDRESS_=0xdeadbeefdeadbeef ADDRESS_=0xfffffffffffffff0
// arguments: ADDRESS_=0x7ffffffff000 ADDRESS_=0x800000000000 ADDRESS_=0xffff800000000000 ADDRESS_=0x1000000000000 ADDRESS_=0x4141414141414140
// also: DEBUG=1
#include "check.h"
ARGUMENT(size_t, ADDRESS_)

int main(void) {
    free(malloc(10));
    free(announce((void *)ADDRESS_));
    return 0;
}
