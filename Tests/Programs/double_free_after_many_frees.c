// Proves that a second free is found when many other blocks of the size were freed between.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \([0-9]+-byte block\),
// arguments: SIZE=32 SIZE=3000 SIZE=200000 SIZE=5000000
// also: DEBUG=1
#include "check.h"
ARGUMENT(int, SIZE)

int main(void) {
    int count = SIZE > 100000 ? 64 : 4000;
    static void *others[4000];
    void *block = announce(malloc(SIZE));
    for (int i = 0; i < count; i++) others[i] = malloc(SIZE);
    free(block);
    for (int i = 0; i < count; i++) free(others[i]);
    free(hide(block));
    return 0;
}
