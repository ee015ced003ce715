// Proves that traces of 200000 different stacks are kept in bounded memory, and that the last one is there to be named.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \(77-byte block\), thread "
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in descend +.*{FILE}:
// env: SWIFTMALLOC_DEBUG=1
// timeout: 40
#include "debug.h"
static void *block;

// The bits of the path choose the calls: each path is a stack of its own.
static NOINLINE void descend(int path, int depth) {
    if (depth == 0) block = malloc(77);
    else if (path & 1) descend(path >> 1, depth - 1), hide(&path);
    else descend(path >> 1, depth - 1), hide(&depth);
}

int main(void) {
    size_t before = resident();
    for (int path = 0; path < 200000; path++) {
        free(block);
        descend(path, 18);
    }
    CHECK(resident() < before + 256 * MIB, "grew by %zu", resident() - before);
    announce(block);
    free(block);
    free(hide(block));
    return 0;
}
