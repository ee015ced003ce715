// Proves that free_sized takes a block that realloc shrank or grew in place or moved, with the new size.
// expect: exit 0
// stderr-none
// also: DEBUG=1
#include <dlfcn.h>
#include "check.h"

int main(void) {
    void (*freeSized)(void *, size_t) = (void (*)(void *, size_t))dlsym(RTLD_DEFAULT, "free_sized");
    if (freeSized == NULL) SKIP("this C library has no free_sized");
    size_t sizes[] = {1, 15, 17, 100, 1000, 1100, 4000, 4100, 33000, 70000, 140000, 300000, 2000000, 9000000};
    for (int i = 0; i < 14; i++)
        for (int j = 0; j < 14; j++)
            for (int k = 0; k < 14; k += 3) {
                char *block = malloc(sizes[i]);
                block = realloc(realloc(block, sizes[j]), sizes[k]);
                CHECK(block != NULL, "%zu to %zu to %zu", sizes[i], sizes[j], sizes[k]);
                freeSized(block, sizes[k]);
            }
    return 0;
}
