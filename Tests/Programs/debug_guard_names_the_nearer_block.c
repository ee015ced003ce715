// Proves that an access between two blocks is told of the one that is nearer, in both guard modes, for small and large blocks.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-buffer-{KIND} on address {ADDRESS} .* the {SIZE}-byte block at {NEARER}[,)]
// env: SWIFTMALLOC_DEBUG=guard
// env: SWIFTMALLOC_DEBUG=guard-before
// arguments: SIZE=100,BEHIND=1 SIZE=100,BEHIND=0 SIZE=4000,BEHIND=1 SIZE=4000,BEHIND=0 SIZE=20480,BEHIND=1 SIZE=20480,BEHIND=0
// arguments: SIZE=90000,BEHIND=1 SIZE=90000,BEHIND=0
#include "debug.h"
ARGUMENT(int, SIZE)
ARGUMENT(int, BEHIND)

// Runs on from a block until it faults.
static NOINLINE int run(volatile char *at, int step) {
    int sum = 0;
    for (int i = 0; i < 200000; i++, at += step) sum += *at;
    return sum;
}

int main(void) {
    char *blocks[3];
    for (int i = 0; i < 3; i++) blocks[i] = malloc(SIZE);
    char *middle = blocks[1];
    // The first inaccessible byte behind or before the block's page.
    uintptr_t end = ((uintptr_t)middle + SIZE + 4095) & ~(uintptr_t)4095, start = (uintptr_t)middle & ~(uintptr_t)4095;
    char *at = announce((char *)(BEHIND ? end : start - 1));
    tellAddress("nearer", middle);
    dprintf(1, "kind=%s\n", BEHIND ? "overflow" : "underflow");
    return run(at, BEHIND ? 1 : -1);
}
