// Proves that a wrong size given to free_sized does no harm in production: the block is freed by its real size.
// expect: exit 0
// stderr-none
// production-only: the debug heap reports the size
#include <dlfcn.h>
#include "check.h"

int main(void) {
    void (*freeSized)(void *, size_t) = (void (*)(void *, size_t))dlsym(RTLD_DEFAULT, "free_sized");
    if (freeSized == NULL) SKIP("this C library has no free_sized");
    size_t sizes[] = {20, 500, 3000, 40000, 400000, 4000000};
    for (int round = 0; round < 200; round++)
        for (int i = 0; i < 6; i++)
            for (int j = 0; j < 6; j++) {
                char *block = malloc(sizes[i]), *neighbour = malloc(sizes[i]);
                neighbour[0] = neighbour[sizes[i] - 1] = 3;
                freeSized(block, sizes[j]);
                char *again = malloc(sizes[j]);
                again[0] = again[sizes[j] - 1] = 9;
                CHECK(neighbour[0] == 3 && neighbour[sizes[i] - 1] == 3, "%zu freed as %zu", sizes[i], sizes[j]);
                free(again), free(neighbour);
            }
    return 0;
}
