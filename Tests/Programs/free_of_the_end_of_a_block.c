// Proves that the address just behind the only block of its size is reported.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: (double-free|invalid-free) on address {ADDRESS}( |,|$)
// variants: SIZE=7000 SIZE=14000 SIZE=200000 SIZE=5000000
#include "check.h"

int main(void) {
    char *block = malloc(SIZE);
    free(announce(block + malloc_usable_size(block)));
    return 0;
}
