// Proves that realloc of addresses which no process has is reported and the address not followed.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: invalid-free on address {ADDRESS}( |,|$)
// arguments: ADDRESS_=0x10 ADDRESS_=0x7000000000 ADDRESS_=0xdeadbeefdeadbeef
// also: DEBUG=1
#include "check.h"
ARGUMENT(size_t, ADDRESS_)

int main(void) {
    hide(realloc(announce((void *)ADDRESS_), 100));
    return 0;
}
