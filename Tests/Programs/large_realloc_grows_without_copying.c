// Proves that a big block grows by remapping: 256 steps of 1 MiB with another block behind, in less than 2 seconds of a processor's time.
// expect: exit 0
// stderr-none
// production-only: the debug heap moves blocks on purpose
#include "check.h"

int main(void) {
    size_t size = MIB;
    char *block = malloc(size), *behind[256];
    fill(block, size, 1);
    double began = processorSeconds();
    for (int step = 0; step < 256; step++) {
        behind[step] = malloc(MIB);
        block = realloc(block, size + MIB);
        CHECK(block != NULL, "no block of %zu", size + MIB);
        fill(block + size, MIB, step);
        size += MIB;
    }
    double took = processorSeconds() - began;
    for (int step = 0; step < 256; step++) {
        CHECK(filled(block + ((size_t)step + 1) * MIB, MIB, step), "MiB %d was lost", step);
        free(behind[step]);
    }
    CHECK(took < 2 * patience(), "it took %.2f s", took);
    free(block);
    return 0;
}
