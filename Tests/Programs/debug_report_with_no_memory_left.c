// Proves that a report needs no memory of the heap: after malloc gave null it comes with its first line and its frames.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \(100-byte block\), thread "
// report: ^ +#0 0x[0-9a-f]+
// report: ^freed first by thread "
// report: ^allocated by thread "
// report: ^SUMMARY: swiftmalloc: double-free
// env: SWIFTMALLOC_DEBUG=1
// ulimit: -v 200000
#include "debug.h"

int main(void) {
    void *block = announce(malloc(100)), *kept = hide(malloc(100));
    while (malloc(100000)) continue;
    while (malloc(1000)) continue;
    free(block);
    free(hide(block));
    free(kept);
    return 0;
}
