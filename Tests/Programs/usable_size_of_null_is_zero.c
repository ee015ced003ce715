// Proves that malloc_usable_size(NULL) is zero.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
#include "check.h"

int main(void) {
    CHECK(malloc_usable_size(hide(NULL)) == 0, "it is %zu", malloc_usable_size(hide(NULL)));
    return 0;
}
