// Proves that a hundred thousand lost blocks of one place are one group, and those of other sizes are counted right.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 4999555 bytes in 100000 blocks$
// stderr-count: 1
// report: ^Direct leak of 4999555 byte\(s\) in 100000 object\(s\) allocated from:$
// report: ^  definitely lost: 4999555 bytes in 100000 blocks$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report: ^SUMMARY: swiftmalloc: 4999555 byte\(s\) leaked in 100000 allocation\(s\)\.$
// report-not: ndirect leak
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
#include "leak.h"

HELPER void build(void) {
    for (int i = 0; i < 100000; i++) hide(malloc(1 + (size_t)i % 99));
}

int main(void) {
    away(build);
    return 0;
}
