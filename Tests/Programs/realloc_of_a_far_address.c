// Proves that realloc of addresses which no process has is reported and the address not followed.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: invalid-free on address {ADDRESS}( |,|$)
// variants: ADDRESS_=0x10 ADDRESS_=0x7000000000 ADDRESS_=0xdeadbeefdeadbeef
#include "check.h"

int main(void) {
    hide(realloc(announce((void *)ADDRESS_), 100));
    return 0;
}
