// Proves that swiftmalloc_describe tells blocks, live and freed, small and large, with the place in them, and other addresses.
// expect: exit 0
// stderr-count: 8
// report: INFO: swiftmalloc: address 0x[0-9a-f]+ is 5 bytes inside the (live )?[0-9]+-byte block at 0x[0-9a-f]+$
// report: INFO: swiftmalloc: address 0x[0-9a-f]+ is 0 bytes inside the (live )?[0-9]+-byte block at 0x[0-9a-f]+$
// report: INFO: swiftmalloc: address 0x[0-9a-f]+ is 7000000 bytes inside the (live )?[0-9]+-byte block at 0x[0-9a-f]+$
// report: INFO: swiftmalloc: address 0x[0-9a-f]+ is 3 bytes inside the (free|freed) [0-9]+-byte block at 0x[0-9a-f]+$
// report: INFO: swiftmalloc: address 0x[0-9a-f]+ is in .*describe_tells_what_an_address_is$
// report: INFO: swiftmalloc: address 0x[0-9a-f]+ is in the main thread's stack$
// report: INFO: swiftmalloc: address 0x[0-9a-f]+ is in memory (that is not the heap's|without a file)$
// report: INFO: swiftmalloc: address 0x12345000 is in no mapping$
// env: SWIFTMALLOC_DEBUG=0
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// env: SWIFTMALLOC_LEAKS=1
// also: DEBUG=1
#include <sys/mman.h>
#include "debug.h"
static int data = 1;

int main(void) {
    int (*describe)(const void *) = (int (*)(const void *))function("swiftmalloc_describe");
    char *small = malloc(100), *neighbour = malloc(100), *medium = malloc(100000), *large = malloc(8000000), *freed = malloc(100);
    free(freed);
    CHECK(describe(small + 5) == 1, "a live block");
    CHECK(describe(medium) == 1, "a live block");
    CHECK(describe(large + 7000000) == 1, "a live block");
    CHECK(describe(hide(freed + 3)) == 2, "a freed block");
    CHECK(describe(&data) == 0, "data");
    CHECK(describe(&small) == 0, "the stack");
    // Where the kernel puts ours as well.
    char *mapped = mmap(NULL, MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(describe(mapped + 5) == 0, "another mapping");
    CHECK(describe((void *)0x12345000) == 0, "nothing");
    free(small), free(neighbour), free(medium), free(large);
    return 0;
}
