// Proves that a second free is found for blocks of posix_memalign.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \([0-9]+-byte block\),
// arguments: ALIGNMENT=64,SIZE=50 ALIGNMENT=4096,SIZE=50 ALIGNMENT=1024,SIZE=9000 ALIGNMENT=2097152,SIZE=100
// also: DEBUG=1
#include "check.h"
ARGUMENT(int, ALIGNMENT)
ARGUMENT(int, SIZE)

int main(void) {
    void *block = NULL;
    CHECK(posix_memalign(&block, ALIGNMENT, SIZE) == 0, "no block");
    announce(block);
    free(block);
    free(hide(block));
    return 0;
}
