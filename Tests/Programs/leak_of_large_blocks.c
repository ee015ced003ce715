// Proves that large blocks are lost and held like small ones: a start, a pointer at the very end of a large block's contents.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of {BYTES} bytes in 2 blocks$
// stderr-count: 1
// report: ^Direct leak of {SIZE} byte\(s\) in 1 object\(s\) allocated from:$
// report: ^Indirect leak of 100 byte\(s\) in 1 object\(s\) allocated from:$
// report: ^  definitely lost: {SIZE} bytes in 1 block$
// report: ^  indirectly lost: 100 bytes in 1 block$
// arguments: SIZE=9000 SIZE=20480 SIZE=65536 SIZE=1048576 SIZE=104857600
// env: SWIFTMALLOC_LEAKS=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
#include "leak.h"
ARGUMENT(int, SIZE)
static void **held;

HELPER void build(void) {
    void **lost = hide(malloc(SIZE));
    lost[SIZE / 8 - 1] = malloc(100);
    held = malloc(SIZE);
    held[SIZE / 8 - 1] = malloc(101);
}

int main(void) {
    tell("bytes", SIZE + 100);
    away(build);
    return held == NULL;
}
