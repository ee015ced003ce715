// Proves that options that make no sense give null and EINVAL: a size of the structure that is unknown, unknown flags, a limit below a slice.
// expect: exit 0
// stderr-none
// also: DEBUG=1
// link: {LIBRARY}
#include "heap.h"

static void refused(size_t size, size_t limit, unsigned flags) {
    swiftmalloc_heap_options options = {.size = size, .limit = limit, .flags = flags};
    errno = 0;
    CHECK(swiftmalloc_heap_new(&options) == NULL && errno == EINVAL, "%zu %zu %u", size, limit, flags);
}

int main(void) {
    size_t size = sizeof(swiftmalloc_heap_options);
    refused(0, 0, 0);
    refused(size - 8, 0, 0);
    refused(size + 8, 0, 0);
    refused(size, 1, 0);
    refused(size, 65535, 0);
    refused(size, 0, 8);
    refused(size, 0, 1u << 31);
    swiftmalloc_heap *own = swiftmalloc_heap_new(NULL);
    CHECK(own, "no heap");
    errno = 0;
    CHECK(swiftmalloc_heap_aligned_alloc(own, 24, 100) == NULL && errno == EINVAL, "alignment 24");
    CHECK(swiftmalloc_heap_aligned_alloc(own, 0, 100) == NULL, "alignment 0");
    errno = 0;
    CHECK(swiftmalloc_heap_calloc(own, SIZE_MAX / 2, 3) == NULL && errno == ENOMEM, "overflow");
    CHECK(swiftmalloc_heap_malloc(own, SIZE_MAX) == NULL && swiftmalloc_heap_malloc(own, PTRDIFF_MAX) == NULL, "too much");
    swiftmalloc_heap_destroy(NULL);
    swiftmalloc_heap_delete(NULL);
    CHECK(swiftmalloc_heap_of(NULL) == NULL && swiftmalloc_heap_of(&size) == NULL, "no block");
    void *block = malloc(100);
    CHECK(swiftmalloc_heap_of(block) == NULL, "a block of the process' heap");
    free(block);
    swiftmalloc_heap_destroy(own);
    return 0;
}
