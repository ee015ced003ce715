// Proves that a request for far more memory than there is gives null and ENOMEM, also when realloc asks, and that a block of
// more than 4 GiB can be freed.
// expect: exit 0
// stderr-none
// same-as-glibc
// also: DEBUG=1 LIVE=1
#include "check.h"

int main(void) {
    for (size_t gibibytes = 4; gibibytes <= 1 << 20; gibibytes *= 2) {
        void *block = malloc(gibibytes << 30);
        free(hide(block));
        if (gibibytes == 1 << 20) printf("a pebibyte: %s\n", block ? "block" : "null");
    }
    char *small = malloc(100);
    errno = 0;
    void *grown = realloc(small, (size_t)1 << 46);
    printf("64 TiB by realloc: %s, errno %d\n", grown ? "block" : "null", errno);
    small[99] = 1;
    free(small);
    return 0;
}
