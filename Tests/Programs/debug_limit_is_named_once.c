// Proves that the first allocation that fails for LIMIT is reported, with its size and its stack, and that later ones are not.
// stderr: ^==[0-9]+==WARNING: swiftmalloc: the 1048576 bytes that LIMIT allows are in use: an allocation of {SIZE} bytes failed, and others will, thread "debug_limit_is.*" \([0-9]+\)$
// report: ^    #0 0x[0-9a-f]+ in make  .*{FILE}:{LINE:asks}
// report: ^    #1 0x[0-9a-f]+ in main  .*{FILE}:{LINE:beyond}
// stderr-count: 1
// env: SWIFTMALLOC_DEBUG=on SWIFTMALLOC_LIMIT=1MB
// env: SWIFTMALLOC_DEBUG=guard SWIFTMALLOC_LIMIT=1MiB
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_PROTECT=true SWIFTMALLOC_LIMIT=1024KB
// env: SWIFTMALLOC_LEAKS=yes SWIFTMALLOC_LIMIT=1048576b
// arguments: SIZE=2000000,HOW=0 SIZE=1048577,HOW=1 SIZE=3000000,HOW=2 SIZE=3000000,HOW=3
#include "debug.h"
ARGUMENT(int, SIZE)
ARGUMENT(int, HOW)

__attribute__((noinline)) static void *make(void *block, size_t size) {
    return HOW == 0 ? malloc(size) : HOW == 1 ? calloc(1, size) : HOW == 2 ? realloc(block, size) : aligned_alloc(64, size);  // asks
}

int main(void) {
    char *block = malloc(100000);
    CHECK(block != NULL, "below the limit");
    void *none = make(block, SIZE);  // beyond
    CHECK(none == NULL && errno == ENOMEM, "beyond the limit");
    CHECK(malloc(SIZE) == NULL && realloc(block, SIZE) == NULL && calloc(SIZE, 1) == NULL, "again");
    free(block);
    return 0;
}
