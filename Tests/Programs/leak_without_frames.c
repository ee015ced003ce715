// Proves that without traces lost blocks are counted by the size that they were given, and nothing is said of places.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 1088 bytes in 5 blocks$
// stderr-count: 1
// report: ^Direct leak of 1000 byte\(s\) in 1 object\(s\) of up to 1[0-9]+ bytes each$
// report: ^Direct leak of 80 byte\(s\) in 3 object\(s\) of up to 32 bytes each$
// report: ^Indirect leak of 8 byte\(s\) in 1 object\(s\) of up to (8|16) bytes each$
// report: ^  definitely lost: 1080 bytes in 4 blocks$
// report: ^  indirectly lost: 8 bytes in 1 block$
// report: ^SUMMARY: swiftmalloc: 1088 byte\(s\) leaked in 5 allocation\(s\)\.$
// report-not: #0|allocated from
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_FRAMES=0
#include "leak.h"

HELPER void build(void) {
    hide(malloc(25)), hide(malloc(29));
    void **block = make(26);
    *block = malloc(8);
    hide(malloc(1000));
}

int main(void) {
    away(build);
    return 0;
}
