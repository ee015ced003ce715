// Proves that guarded blocks are blocks: every function that gives, changes, tells or frees one does with them what it does.
// expect: exit 0
// stderr-none
// env: SWIFTMALLOC_GUARD_SAMPLE=1
// env: SWIFTMALLOC_GUARD_SAMPLE=64 SWIFTMALLOC_PROFILE={TMP}/p SWIFTMALLOC_PROFILE_INTERVAL=100
// env: SWIFTMALLOC_GUARD_SAMPLE=16 SWIFTMALLOC_LIVE=1
// env: SWIFTMALLOC_GUARD_SAMPLE=1 SWIFTMALLOC_SIZE_CLASSES=16,32,48,64,128,160,256,512,1024,2048,4096,8192,16384,32768
// production-only: the debug heap is not sampled
#include "guarded.h"
#include <malloc.h>

static int guardedCount;

static void checkBlock(char *block, size_t size, size_t alignment, int isZero) {
    CHECK(block && (uintptr_t)block % alignment == 0, "%p for alignment %zu", (void *)block, alignment);
    size_t usable = malloc_usable_size(block);
    CHECK(usable >= size, "%zu bytes of %zu", usable, size);
    if (isZero) CHECK(filled(block, usable, 0), "calloc's block of %zu is not zero", size);
    fill(block, usable, 0x5a);
    guardedCount += isGuarded(block);
}

static void change(char *block, size_t size, size_t newSize) {
    size_t kept = size < newSize ? size : newSize;
    fill(block, size, 0x21);
    char *moved = realloc(block, newSize);
    CHECK(moved && filled(moved, kept, 0x21), "realloc from %zu to %zu", size, newSize);
    checkBlock(moved, newSize, 16, 0);
    free(moved);
}

int main(void) {
    static const size_t sizes[] = {0, 1, 15, 16, 17, 100, 500, 1000, 2049, 4000, 4096, 4097, 9000, 100000};
    for (int round = 0; round < 20; round++) {
        for (size_t index = 0; index < sizeof sizes / sizeof *sizes; index++) {
            size_t size = sizes[index];
            char *block = malloc(size);
            checkBlock(block, size, 16, 0);
            free(block);
            block = calloc(1, size);
            checkBlock(block, size, 16, 1);
            freeSized(block, size);
            for (size_t alignment = 16; alignment <= 8192; alignment *= 2) {
                block = aligned_alloc(alignment, size);
                checkBlock(block, size, alignment, 0);
                freeAlignedSized(block, alignment, size);
                void *result = NULL;
                CHECK(posix_memalign(&result, alignment, size) == 0, "posix_memalign");
                checkBlock(result, size, alignment, 0);
                free(result);
            }
            change(hide(malloc(size)), size, 16);
            change(hide(malloc(size)), size, size + 1);
            change(hide(malloc(size)), size, size * 3 + 1);
        }
    }
    CHECK(guardedCount > 50, "%d guarded blocks", guardedCount);
    CHECK(malloc_usable_size(malloc(10)) >= 10, "usable");
    return 0;
}
