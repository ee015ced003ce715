// Proves that a heap of every kind gives blocks of all sizes that are apart, zero from calloc, aligned, and grow with their contents.
// expect: exit 0
// stderr-none
// also: DEBUG=1 DEBUG=guard LEAKS=1 LIVE=1
// link: {LIBRARY}
#include "heap.h"

static unsigned char *check(unsigned char *block, size_t size, int mark) {
    CHECK(block != NULL, "%zu bytes", size);
    for (size_t i = 0; i < size; i++) CHECK(block[i] == mark, "byte %zu of %zu", i, size);
    return block;
}

int main(void) {
    for (int kind = 0; kind < KINDS; kind++) {
        swiftmalloc_heap *own = heap(kinds[kind], "sizes", 0);
        unsigned char *blocks[SIZES][3];
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < SIZES; i++) {
                blocks[i][0] = swiftmalloc_heap_malloc(own, sizes[i]);
                blocks[i][1] = check(swiftmalloc_heap_calloc(own, 1, sizes[i]), sizes[i], 0);
                size_t alignment = (size_t)16 << i % 9;
                blocks[i][2] = swiftmalloc_heap_aligned_alloc(own, alignment, sizes[i]);
                for (int j = 0; j < 3; j++) {
                    CHECK(blocks[i][j] != NULL && (uintptr_t)blocks[i][j] % (j == 2 ? alignment : 16) == 0, "%d %d", i, j);
                    CHECK(malloc_usable_size(blocks[i][j]) >= sizes[i], "%zu of %zu", malloc_usable_size(blocks[i][j]), sizes[i]);
                    CHECK(swiftmalloc_heap_of(blocks[i][j]) == own, "%d %d", i, j);
                    memset(blocks[i][j], i * 3 + j, sizes[i]);
                }
            }
            for (int i = 0; i < SIZES; i++)
                for (int j = 0; j < 3; j++) {
                    check(blocks[i][j], sizes[i], i * 3 + j);
                    size_t longer = sizes[i] * 3 + 1;
                    blocks[i][j] = check(j == 1 ? realloc(blocks[i][j], longer) : swiftmalloc_heap_realloc(own, blocks[i][j], longer), sizes[i], i * 3 + j);
                    CHECK(swiftmalloc_heap_of(blocks[i][j]) == own, "%d %d", i, j);
                    memset(blocks[i][j], 0xff, longer);
                    if (round == 0) free(blocks[i][j]);
                }
            if (round == 1) swiftmalloc_heap_free_all(own);
        }
        swiftmalloc_heap_destroy(own);
    }
    return 0;
}
