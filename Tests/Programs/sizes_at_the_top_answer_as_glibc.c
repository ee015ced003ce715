// Proves that sizes above PTRDIFF_MAX give null and ENOMEM from every function, with glibc's answers.
// expect: exit 0
// stderr-none
// same-as-glibc
// also: DEBUG=1 LIVE=1
#include "check.h"

static void say(const char *call, size_t size, void *result, void *none) {
    printf("%s of %zx: %s, errno %d\n", call, size, result == none ? "null" : "a block", errno);
    CHECK(result == NULL, "%s(%zx)", call, size);
    CHECK(errno == ENOMEM, "%s(%zx)", call, size);
    errno = 0;
}

int main(void) {
    size_t sizes[] = {SIZE_MAX, SIZE_MAX - 1, SIZE_MAX - 15, SIZE_MAX - 16, SIZE_MAX - 31, SIZE_MAX - 4095, SIZE_MAX - 4096,
                      SIZE_MAX - 65535, SIZE_MAX - 65536, SIZE_MAX - 4 * MIB, (size_t)PTRDIFF_MAX + 1, PTRDIFF_MAX,
                      (size_t)PTRDIFF_MAX - 4096, (size_t)1 << 62};
    char *kept = malloc(100);
    fill(kept, 100, 5);
    errno = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        say("malloc", sizes[i], malloc(sizes[i]), NULL);
        say("calloc", sizes[i], calloc(1, sizes[i]), NULL);
        say("calloc", sizes[i], calloc(sizes[i], 1), NULL);
        say("realloc", sizes[i], realloc(NULL, sizes[i]), NULL);
        say("realloc of a block", sizes[i], realloc(kept, sizes[i]), NULL);
        say("reallocarray", sizes[i], reallocarray(kept, 1, sizes[i]), NULL);
        say("memalign 16", sizes[i], memalign(16, sizes[i]), NULL);
        say("memalign 4096", sizes[i], memalign(4096, sizes[i]), NULL);
        say("memalign 1 MiB", sizes[i], memalign(MIB, sizes[i]), NULL);
        say("aligned_alloc", sizes[i], aligned_alloc(64, sizes[i]), NULL);
        say("valloc", sizes[i], valloc(sizes[i]), NULL);
        say("pvalloc", sizes[i], pvalloc(sizes[i]), NULL);
    }
    CHECK(filled(kept, 100, 5), "a failed realloc changed the block");
    free(kept);
    return 0;
}
