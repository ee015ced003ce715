// Proves that cfree, which old programs still call, frees.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
#include <dlfcn.h>
#include "check.h"

int main(void) {
    void (*cfree)(void *) = (void (*)(void *))dlsym(RTLD_DEFAULT, "cfree");
    if (cfree == NULL) SKIP("this C library has no cfree");
    size_t before = 0;
    cfree(NULL);
    for (int i = 0; i < 100000; i++) {
        if (i == 1000) before = resident();
        char *block = malloc(5000);
        block[0] = block[4999] = 1;
        cfree(block);
    }
    CHECK(resident() < before + 8 * MIB, "grew by %zu", resident() - before);
    return 0;
}
