// Proves that malloc_usable_size of blocks above 32 KiB is what was asked for, in whole pages, after each kind of call, and
// that these bytes are the program's: redis and Ruby count by it.
// expect: exit 0
// stderr-none
// env: UNUSED=1
// env: SWIFTMALLOC_LIVE=1
// env: SWIFTMALLOC_CLASS_STEPS=1
// production-only: a debugging heap tells what was asked for, to the byte
// also: LIVE=1
#include <dlfcn.h>
#include <pthread.h>
#include "check.h"

static void (*freeSized)(void *, size_t);
static size_t inPages(size_t size) { return (size + 4095) & ~(size_t)4095; }

static void check(void *block, size_t size) {
    size_t usable = malloc_usable_size(block);
    CHECK(usable == inPages(size), "%zu usable of %zu", usable, size);
    fill(block, usable, 0x5a);
    CHECK(malloc_usable_size(block) == usable, "not stable");
}

static void *tryAll(void *unused) {
    for (size_t size = 32769; size < 16 * MIB; size += size / 7 + 1) {
        char *block = malloc(size);
        check(block, size);
        char *neighbour = malloc(size);
        fill(neighbour, malloc_usable_size(neighbour), 7);
        check(block, size);
        CHECK(filled(neighbour, malloc_usable_size(neighbour), 7), "beyond %zu", size);
        if (freeSized) freeSized(neighbour, size); else free(neighbour);
        for (int step = -3; step <= 12; step++) {
            size_t other = size + (size_t)(step * 5000);
            if (other <= 32768) continue;
            block[0] = 33, block[32768] = 44;
            block = realloc(block, other);
            CHECK(block[0] == 33 && block[32768] == 44, "contents of %zu", other);
            check(block, other);
        }
        free(block);
        void *aligned = NULL;
        CHECK(posix_memalign(&aligned, 16384, size) == 0, "posix_memalign");
        check(aligned, size);
        free(aligned);
        void *zero = calloc(size, 1);
        CHECK(filled(zero, malloc_usable_size(zero), 0), "calloc");
        check(zero, size);
        free(zero);
    }
    return unused;
}

int main(void) {
    if (sysconf(_SC_PAGESIZE) != 4096) SKIP("pages of %ld bytes", sysconf(_SC_PAGESIZE));
    freeSized = (void (*)(void *, size_t))dlsym(RTLD_DEFAULT, "free_sized");
    pthread_t thread;
    tryAll(NULL);
    pthread_create(&thread, NULL, tryAll, NULL);
    pthread_join(thread, NULL);
    return 0;
}
