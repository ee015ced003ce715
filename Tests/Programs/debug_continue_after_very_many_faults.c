// Proves that a program that goes on after errors does not run out of mappings by what it is let into.
// expect: exit 0
// stderr-count: 2
// report: ^==[0-9]+==ERROR: swiftmalloc: heap-use-after-free
// report: ^==[0-9]+==SUMMARY: swiftmalloc: 40000 errors, 1 distinct$
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_ON_ERROR=continue
// env: SWIFTMALLOC_DEBUG=guard SWIFTMALLOC_ON_ERROR=continue
// timeout: 60
#include "debug.h"

int main(void) {
    for (int i = 0; i < 40000; i++) {
        char *block = hide(malloc(20000));
        free(hide(block));
        block[3] = 1;
    }
    return 0;
}
