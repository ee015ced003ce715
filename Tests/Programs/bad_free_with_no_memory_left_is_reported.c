// Proves that the report needs no memory: a second free after malloc gave null is reported as any other.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \([0-9]+-byte block\),
// ulimit: -v 100000
// also: DEBUG=1 LIVE=1
#include "check.h"

int main(void) {
    void *block = announce(malloc(100)), *kept = hide(malloc(100));
    while (malloc(100000)) continue;
    while (malloc(1000)) continue;
    free(block);
    free(hide(block));
    free(kept);
    return 0;
}
