// Proves that a pointer to the byte behind a block's last is no pointer to the block.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of {SIZE} bytes in 1 block$
// stderr-count: 1
// report: ^  definitely lost: {SIZE} bytes in 1 block$
// report: ^  possibly lost: 0 bytes in 0 blocks$
// arguments: SIZE=61 SIZE=64 SIZE=100 SIZE=128 SIZE=4096 SIZE=10000 SIZE=20480 SIZE=1048576
// env: SWIFTMALLOC_LEAKS=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
#include "leak.h"
ARGUMENT(int, SIZE)
static char *end;

HELPER void build(void) {
    end = (char *)malloc(SIZE) + SIZE;
}

int main(void) {
    away(build);
    return end == NULL;
}
