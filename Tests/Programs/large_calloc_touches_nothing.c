// Proves that calloc of fresh memory from the system does not zero it again: 1 GiB costs no resident memory and no time.
// expect: exit 0
// stderr-none
// also: DEBUG=1
#include "check.h"

int main(void) {
    size_t before = resident();
    double began = processorSeconds();
    char *block = calloc(1024, MIB);
    CHECK(block != NULL, "no block");
    CHECK(resident() < before + 4 * MIB, "resident memory grew by %zu", resident() - before);
    double took = processorSeconds() - began;
    CHECK(took < 0.2 * patience(), "it took %.3f s", took);
    for (size_t at = 0; at < 1024 * MIB; at += 16 * MIB) CHECK(block[at] == 0, "not zero at %zu", at);
    free(block);
    return 0;
}
