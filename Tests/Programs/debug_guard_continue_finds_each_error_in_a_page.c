// Proves that a program that goes on after an error finds the next ones in the same page, too, each at its own place: behind a live
// block, in and behind a freed one, small or large; in guard mode and beyond its mappings; that what it wrote is still there, and
// that a loop over the page ends soon.
// expect: exit 0
// stderr-count: 8
// report: ^==[0-9]+==ERROR: .*heap-buffer-overflow on address {BEHIND} \(a write
// report: ^==[0-9]+==ERROR: .*heap-buffer-overflow on address .*\(a write, 1 byte
// report: ^==[0-9]+==ERROR: .*heap-buffer-overflow on address .*\(a read, 100 bytes
// report: ^==[0-9]+==ERROR: .*heap-use-after-free on address .*\(a write
// report: ^==[0-9]+==ERROR: .*heap-use-after-free on address .*\(a read
// report: ^==[0-9]+==ERROR: .*heap-buffer-overflow on address .*\(a read
// report: ^==[0-9]+==ERROR: .*heap-buffer-overflow on address .*\(a read
// report: ^==[0-9]+==SUMMARY: swiftmalloc: [0-9]+ errors, 7 distinct
// env: SWIFTMALLOC_DEBUG=guard SWIFTMALLOC_ON_ERROR=continue
// arguments: SIZE=32,BLOCKS=0 SIZE=8192,BLOCKS=0 SIZE=32,BLOCKS=20000 SIZE=8192,BLOCKS=20000
#include "debug.h"
ARGUMENT(int, SIZE)
ARGUMENT(int, BLOCKS)
#if !defined __x86_64__
#define main skipped
#endif

int main(void) {
    for (int i = 0; i < BLOCKS; i++) CHECK(malloc(SIZE), "no block %d", i);
    volatile char *block = malloc(SIZE), *other = malloc(SIZE);
    tellAddress("behind", (char *)block + SIZE);
    block[SIZE] = 1;
    block[SIZE + 1] = 2;
    char sum = block[SIZE + 100];
    free((void *)other);
    other[0] = 1;
    sum += other[5];
    CHECK(block[SIZE + 1] == 2, "what was written is lost");
    for (int i = 0; i < 3000; i++) sum += block[SIZE + i];
    free((void *)block);
    return sum == 3 && BLOCKS > 1000000;
}
#if !defined __x86_64__
#undef main
int main(void) { SKIP("this processor cannot step"); }
#endif
