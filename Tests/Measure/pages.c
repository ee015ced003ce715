// What it costs to seal one slice of 64 KiB and to make the next one accessible, with its pages touched: given back and
// asked for again, or moved (mremap with MREMAP_DONTUNMAP, Linux 5.7). Prints microseconds for a slice. Arguments: the
// rounds (20) through 64 MiB of addresses, of which 6 MiB are in use at a time.
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

enum { sliceBytes = 65536, sliceCount = 1024, inUse = 100, populateWrite = 23, keepOld = 4 };

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static void check(int isRight, const char *what) {
    if (!isRight) perror(what), exit(1);
}

static void *reserve(void *place, size_t length, int flags) {
    return mmap(place, length, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | flags, -1, 0);
}

static void giveBackAndAskAgain(char *old, char *new) {
    if (old) check(reserve(old, sliceBytes, MAP_FIXED) == old, "mmap");
    check(mprotect(new, sliceBytes, PROT_READ | PROT_WRITE) == 0, "mprotect");
    madvise(new, sliceBytes, populateWrite);
}

static void move(char *old, char *new) {
    if (!old) {
        check(mprotect(new, sliceBytes, PROT_READ | PROT_WRITE) == 0, "mprotect");
        return;
    }
    check(mremap(old, sliceBytes, sliceBytes, MREMAP_MAYMOVE | MREMAP_FIXED | keepOld, new) == new, "mremap");
    check(reserve(old, sliceBytes, MAP_FIXED) == old, "mmap");
}

static double measure(int rounds, void (*change)(char *, char *)) {
    char *start = reserve(NULL, (size_t)sliceCount * sliceBytes, 0);
    check(start != MAP_FAILED, "mmap");
    double before = now();
    for (long step = 0; step < (long)rounds * sliceCount; step++) {
        char *new = start + step % sliceCount * sliceBytes;
        char *old = start + (step + sliceCount - inUse) % sliceCount * sliceBytes;
        change(step < inUse ? NULL : old, new);
        for (size_t offset = 0; offset < sliceBytes; offset += 64) new[offset] = (char)step;
    }
    double spent = now() - before;
    munmap(start, (size_t)sliceCount * sliceBytes);
    return spent / rounds / sliceCount;
}

int main(int argc, char **argv) {
    int rounds = argc > 1 ? atoi(argv[1]) : 20;
    for (int i = 0; i < 3; i++) {
        printf("given back and asked for again %.1f us", measure(rounds, giveBackAndAskAgain));
        printf(", moved %.1f us\n", measure(rounds, move));
    }
}
