// Proves that free_sized (C23) takes back blocks of malloc, calloc and realloc with the size last asked for.
// expect: exit 0
// stderr-none
// also: DEBUG=1
#include <dlfcn.h>
#include "check.h"

int main(void) {
    void (*freeSized)(void *, size_t) = (void (*)(void *, size_t))dlsym(RTLD_DEFAULT, "free_sized");
    if (freeSized == NULL) SKIP("this C library has no free_sized");
    freeSized(NULL, 0);
    freeSized(NULL, 100);
    size_t before = 0;
    for (int round = 0; round < 60; round++) {
        if (round == 10) before = resident();
        for (size_t size = 0; size < 2 * MIB; size += size / 3 + 1) {
            char *block = malloc(size), *zero = calloc(1, size), *grown = malloc(size + 1);
            if (size) block[0] = zero[0] = 1;
            grown = realloc(grown, size * 2 + 1);
            grown[size * 2] = 1;
            freeSized(block, size);
            freeSized(zero, size);
            freeSized(grown, size * 2 + 1);
        }
    }
    CHECK(resident() < before + 32 * MIB, "grew by %zu", resident() - before);
    return 0;
}
