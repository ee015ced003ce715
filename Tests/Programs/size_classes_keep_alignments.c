// Proves that blocks with an alignment keep it with SIZE_CLASSES, of which few are multiples of it: of every function that takes one, in the
// main thread and another, and that such a block is at most twice as long as need be.
// expect: exit 0
// stderr-none
// link: -lpthread
// env: SWIFTMALLOC_SIZE_CLASSES=16,32,48,64,80,112,128,144,176,208,256,272,304,400,512,528,656,784,1024,1040,1360,2048,2064,4096,4112,8192,8208,16384,21840,32768
// also: DEBUG=1 LIVE=1
#include <pthread.h>
#include "check.h"

// operator new(size_t, std::align_val_t) and operator delete(void *, std::align_val_t); C's names where the program runs without the library.
void *newAligned(size_t, size_t) __asm__("_ZnwmSt11align_val_t") __attribute__((weak));
void deleteAligned(void *, size_t) __asm__("_ZdlPvSt11align_val_t") __attribute__((weak));

static void examine(void *block, size_t size, size_t alignment, const char *function) {
    CHECK(block && (uintptr_t)block % alignment == 0, "%s: %p for %zu bytes at %zu", function, block, size, alignment);
    size_t needed = size > alignment ? size : alignment, usable = malloc_usable_size(block);
    CHECK(usable >= size && usable <= 2 * needed + (needed > 16384 ? 65536 : 0), "%s: %zu bytes for %zu at %zu", function, usable, size, alignment);
    fill(block, size, 7);
    free(block);
}

static void *work(void *nothing) {
    for (size_t alignment = 16; alignment <= 65536; alignment *= 2) {
        for (size_t size = 1; size <= 34000; size += size < 1100 ? 3 : 97) {
            void *block = NULL;
            CHECK(posix_memalign(&block, alignment, size) == 0, "posix_memalign");
            examine(block, size, alignment, "posix_memalign");
            examine(aligned_alloc(alignment, size), size, alignment, "aligned_alloc");
            examine(memalign(alignment, size), size, alignment, "memalign");
            if (newAligned && deleteAligned) {
                block = newAligned(size, alignment);
                CHECK((uintptr_t)block % alignment == 0, "new: %p for %zu bytes at %zu", block, size, alignment);
                fill(block, size, 7);
                deleteAligned(block, alignment);
            }
        }
    }
    examine(valloc(100), 100, 4096, "valloc");
    return nothing;
}

int main(void) {
    pthread_t thread;
    work(NULL);
    CHECK(pthread_create(&thread, NULL, work, NULL) == 0, "pthread_create");
    pthread_join(thread, NULL);
    return 0;
}
