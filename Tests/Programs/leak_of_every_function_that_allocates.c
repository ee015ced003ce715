// Proves that lost blocks of every function that allocates are found: each with its exact size.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 5600 bytes in 15 blocks$
// stderr-count: 1
// report: ^  definitely lost: 5600 bytes in 15 blocks$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report: ^SUMMARY: swiftmalloc: 5600 byte\(s\) leaked in 15 allocation\(s\)\.$
// env: SWIFTMALLOC_LEAKS=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
#include "leak.h"

HELPER void build(void) {
    hide(malloc(100));
    hide(calloc(10, 20));
    hide(realloc(NULL, 300));
    hide(realloc(malloc(40), 400));       // grown, and perhaps moved
    hide(realloc(malloc(5000), 500));     // shrunk
    hide(reallocarray(NULL, 3, 200));
    hide(aligned_alloc(64, 640));
    hide(memalign(4096, 60));
    void *block = NULL;
    CHECK(posix_memalign(&block, 256, 700) == 0, "posix_memalign");
    block = NULL;
    hide(&block);
    hide(valloc(800));
    hide(strdup("a text of nineteen"));
    hide(strndup("a text that is cut here", 8));
    hide(malloc(1));
    hide(realloc(malloc(600000), 200));
    hide(realloc(calloc(30, 1), 1071));
}

int main(void) {
    away(build);
    return 0;
}
