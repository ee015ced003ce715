// Proves that an aligned block is freed by its own address alone: those around and inside it are reported.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: invalid-free on address {ADDRESS} \(
// arguments: ALIGNMENT=64,OFFSET=16 ALIGNMENT=64,OFFSET=-16 ALIGNMENT=4096,OFFSET=-16 ALIGNMENT=4096,OFFSET=64 ALIGNMENT=65536,OFFSET=4096
// arguments: ALIGNMENT=2097152,OFFSET=65536
// also: DEBUG=1
#include "check.h"
ARGUMENT(int, ALIGNMENT)
ARGUMENT(int, OFFSET)

int main(void) {
    // In front of the first slice of all may be another allocator's memory.
    void *volatile first = malloc(500), *block = NULL;
    CHECK(first != NULL, "no block");
    CHECK(posix_memalign(&block, ALIGNMENT, ALIGNMENT * 2) == 0, "no block");
    free(announce((char *)block + (OFFSET)));
    return 0;
}
