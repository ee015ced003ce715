// Proves that a report of a write behind the end gives the distance of its first byte, wherever it is nearer to this block than to the next.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-buffer-overflow on address {ADDRESS} \((1 byte written,|{COUNT} bytes written, the first) {FROM} bytes? after the end of the {SIZE}-byte block at {BLOCK}, found by free\), thread "
// env: SWIFTMALLOC_DEBUG=1
// arguments: SIZE=64,FROM=0,COUNT=16 SIZE=64,FROM=1,COUNT=1 SIZE=64,FROM=7,COUNT=1 SIZE=61,FROM=3,COUNT=13 SIZE=61,FROM=5,COUNT=1
// arguments: SIZE=13,FROM=6,COUNT=1 SIZE=1000,FROM=7,COUNT=2 SIZE=1000,FROM=0,COUNT=9 SIZE=10000,FROM=6,COUNT=4
#include "debug.h"
ARGUMENT(int, SIZE)
ARGUMENT(int, FROM)
ARGUMENT(int, COUNT)

int main(void) {
    char *before = malloc(SIZE), *block = tellAddress("block", malloc(SIZE)), *behind = malloc(SIZE);
    fill(announce(block + SIZE + FROM), COUNT, 0x42);
    free(block);
    free(before), free(behind);
    return 0;
}
