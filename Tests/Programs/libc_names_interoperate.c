// Proves that blocks of __libc_malloc and its kin are ordinary blocks: free, realloc and usable size work across the names.
// expect: exit 0
// stderr-none
// also: DEBUG=1
#include "check.h"
extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t), *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

int main(void) {
    for (size_t size = 1; size < 2 * MIB; size = size * 3 + 1) {
        char *first = __libc_malloc(size), *second = malloc(size), *third = __libc_calloc(size, 1), *fourth = __libc_memalign(256, size);
        CHECK(first && second && third && fourth && (uintptr_t)fourth % 256 == 0, "size %zu", size);
        CHECK(malloc_usable_size(first) >= size && filled(third, size, 0), "size %zu", size);
        fill(first, size, 1), fill(second, size, 2), fill(third, size, 3), fill(fourth, size, 4);
        first = realloc(first, size * 2);
        second = __libc_realloc(second, size * 2);
        CHECK(filled(first, size, 1) && filled(second, size, 2) && filled(third, size, 3) && filled(fourth, size, 4), "size %zu", size);
        free(first);
        __libc_free(second);
        free(third);
        __libc_free(fourth);
    }
    __libc_free(NULL);
    void *rest = __libc_realloc(malloc(10), 0);
#ifdef __GLIBC__
    CHECK(rest == NULL, "__libc_realloc(p, 0)");
#endif
    free(rest);
    return 0;
}
