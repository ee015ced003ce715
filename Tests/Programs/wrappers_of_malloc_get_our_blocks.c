// Proves that a program whose malloc family only counts and asks for the C library's (__libc_malloc, RTLD_NEXT) works with
// every function that it did not define.
// expect: exit 0
// stderr-none
// link: -rdynamic
// env: UNUSED=1
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_LOG=/dev/null
// env: SWIFTMALLOC_STATS=0
#include <dlfcn.h>
#include "check.h"

void *__libc_malloc(size_t), *__libc_realloc(void *, size_t), *__libc_calloc(size_t, size_t);
void __libc_free(void *);
static int mallocs, frees;

void *malloc(size_t size) { mallocs++; return __libc_malloc(size); }
void *calloc(size_t count, size_t size) { mallocs++; return __libc_calloc(count, size); }
void *realloc(void *block, size_t size) { return __libc_realloc(block, size); }
void free(void *block) { frees += block != NULL; __libc_free(block); }
int posix_memalign(void **block, size_t alignment, size_t size) {
    int (*next)(void **, size_t, size_t) = dlsym(RTLD_NEXT, "posix_memalign");
    mallocs++;
    return next(block, alignment, size);
}

int main(void) {
    void (*freeSized)(void *, size_t) = (void (*)(void *, size_t))dlsym(RTLD_DEFAULT, "free_sized");
    if (!freeSized) SKIP("this C library has no free_sized");
    for (int round = 1; round < 300; round++) {
        char *block = reallocarray(NULL, (size_t)round, 7);
        fill(block, (size_t)round * 7, round);
        block = reallocarray(block, (size_t)round * 40, 9);
        CHECK(filled(block, (size_t)round * 7, round), "contents of round %d", round);
        free(block);
        void *aligned = aligned_alloc(256, (size_t)round), *page = memalign(4096, (size_t)round), *third = NULL;
        CHECK((uintptr_t)aligned % 256 == 0 && (uintptr_t)page % 4096 == 0, "alignment");
        CHECK(posix_memalign(&third, 64, (size_t)round) == 0 && (uintptr_t)third % 64 == 0, "posix_memalign");
        CHECK(malloc_usable_size(aligned) >= (size_t)round, "usable size");
        free(aligned), free(page), free(third);
        frees = 0;
        freeSized(malloc((size_t)round), (size_t)round);
        CHECK(frees == 1, "the program's free was passed by");
    }
    return 0;
}
