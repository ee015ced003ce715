// Proves that the mark in a block that another thread freed tells no address, and none of the words from which the C library
// makes its canaries (AT_RANDOM).
// expect: exit 0
// production-only: a debugging heap overwrites freed blocks
#include <pthread.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include "check.h"

static void *freeIt(void *block) {
    free(block);
    // The block waits with this thread.
    uintptr_t word = ((volatile uintptr_t *)block)[1];
    return (void *)word;
}

int main(void) {
    const uintptr_t *random = (const uintptr_t *)getauxval(AT_RANDOM);
    uintptr_t first = 0;
    for (int round = 0; round < 20; round++) {
        uintptr_t *block = malloc(64 + (size_t)round * 500), mark;
        pthread_t thread;
        pthread_create(&thread, NULL, freeIt, block);
        pthread_join(thread, (void **)&mark);
        CHECK(mark > (uintptr_t)1 << 48 || mark == 0, "%lx may be an address", mark);
        CHECK(mark != random[0] && mark != random[1], "a word of AT_RANDOM");
        CHECK(mark == 0 || first == 0 || mark == first, "not one mark: %lx, %lx", mark, first);
        if (mark) first = mark;
    }
    unsigned char page;
    CHECK(mincore((void *)(first & ~(uintptr_t)4095), 1, &page) != 0, "%lx is mapped", first);
    return 0;
}
