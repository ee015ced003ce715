// Proves that calloc clears all that malloc_usable_size tells, in recycled memory, too: programs grow into it by realloc.
// expect: exit 0
// env: UNUSED=1
// env: SWIFTMALLOC_CLASS_STEPS=1
// env: SWIFTMALLOC_CLASS_STEPS=8
// env: SWIFTMALLOC_LIVE=1
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_LEAKS=1
// also: DEBUG=1 LIVE=1
#include <pthread.h>
#include "check.h"

static void *tryAll(void *unused) {
    for (size_t size = 1; size <= 20 * MIB; size += size < 4096 ? 1 : size < 100000 ? 1001 : size / 3) {
        unsigned char *old = malloc(size);
        fill(old, malloc_usable_size(old), 0xeb);
        free(old);
        unsigned char *block = calloc(1, size);
        size_t usable = malloc_usable_size(block);
        CHECK(usable >= size && filled(block, usable, 0), "calloc(1, %zu), %zu usable", size, usable);
        // Within a thread's last block, too.
        unsigned char *grown = realloc(block, usable);
        CHECK(filled(grown, usable, 0), "grown to %zu", usable);
        free(grown);
    }
    return unused;
}

int main(void) {
    pthread_t thread;
    tryAll(NULL);
    pthread_create(&thread, NULL, tryAll, NULL);
    pthread_join(thread, NULL);
    return 0;
}
