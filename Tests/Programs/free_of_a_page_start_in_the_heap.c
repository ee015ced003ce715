// Proves that page starts among the heap's blocks which start no live block are reported.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: invalid-free on address {ADDRESS} \(
// arguments: SIZE=48 SIZE=96 SIZE=3000
// also: DEBUG=1
#include "check.h"
ARGUMENT(int, SIZE)

int main(void) {
    static char *blocks[2000];
    for (int i = 0; i < 2000; i++) blocks[i] = malloc(SIZE);
    for (int i = 1000; i < 2000; i++) {
        char *start = (char *)((uintptr_t)blocks[i] & ~(uintptr_t)4095);
        int live = 0;
        for (int j = 0; j < 2000; j++) live |= blocks[j] == start;
        if (!live) free(announce(start));
    }
    return 0;
}
