// Proves that the exact numbers in a profile's comments have the blocks of the program's own heaps in them, as the estimates do.
// env: SWIFTMALLOC_PROFILE={TMP}/p SWIFTMALLOC_PROFILE_INTERVAL=16k
// arguments: FLAGS=0 FLAGS=1 FLAGS=2
// expect: exit 0
// stderr-none
// link: {LIBRARY}
// production-only: the debug heap is not sampled
#include "heap.h"
#include "profile.h"
ARGUMENT(int, FLAGS)

enum { BLOCKS = 10000, SIZE = 1024 };

// The number behind a comment of the profile of now.
static long told(const char *comment) {
    for (size_t index = 0; index < profile.stringCount; index++) {
        struct field text = profile.strings[index];
        size_t length = strlen(comment);
        if (text.value > length && !memcmp(text.bytes, comment, length)) return atol((const char *)text.bytes + length);
    }
    CHECK(0, "no comment \"%s\"", comment);
    return 0;
}

int main(void) {
    swiftmalloc_heap_options options = {.size = sizeof options, .name = "own", .flags = (unsigned)FLAGS};
    swiftmalloc_heap *own = swiftmalloc_heap_new(&options);
    CHECK(own, "no heap");
    long bytes[2], blocks[2], memory[2];
    for (int round = 0; round < 2; round++) {
        for (int index = 0; round && index < BLOCKS; index++) CHECK(hide(swiftmalloc_heap_malloc(own, SIZE)), "no block");
        profileNow();
        bytes[round] = told("exact bytes in use, with the rounding to size classes: ");
        blocks[round] = told("exact blocks in use: ");
        memory[round] = told("bytes that the heap has of the system: ");
    }
    CHECK(isAbout((double)(bytes[1] - bytes[0]), BLOCKS * SIZE, 0.1), "%ld bytes", bytes[1] - bytes[0]);
    CHECK(blocks[1] > blocks[0], "%ld blocks", blocks[1] - blocks[0]);
    CHECK(memory[1] - memory[0] > BLOCKS * SIZE / 2, "%ld bytes of the system", memory[1] - memory[0]);
    swiftmalloc_heap_delete(own);
    return 0;
}
