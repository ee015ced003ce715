// Proves that what the last owner of a large block did to its memory by madvise, mprotect and mlock does not come to the
// next one: its child sees the block, it can write, and nothing stays locked. Of the whole block, a part, and odd pages.
// expect: exit 0
// stderr-none
// arguments: SIZE=300000
// arguments: SIZE=3000000
// arguments: SIZE=8000000
// arguments: SIZE=64000000
// also: DEBUG=1
#include <sys/mman.h>
#include <sys/wait.h>
#include "check.h"
ARGUMENT(size_t, SIZE)

static char *page(char *address) { return (char *)(((uintptr_t)address + 4095) & ~4095ul); }

static void change(char *start, size_t length, int way) {
    switch (way) {
        case 0: CHECK(!madvise(start, length, MADV_DONTFORK), "no advice"); break;
        case 1: CHECK(!madvise(start, length, MADV_WIPEONFORK), "no advice"); break;
        case 2: CHECK(!mprotect(start, length, PROT_READ), "not protected"); break;
        case 3: CHECK(!mprotect(start, length, PROT_NONE), "not protected"); break;
        case 4: if (mlock(start, length < 8 * MIB ? length : 8 * MIB)) SKIP("nothing can be locked"); break;
        default: CHECK(!madvise(start, length, MADV_DONTDUMP), "no advice");
    }
}

static long lockedKilobytes(void) {
    char text[4096] = {0};
    int file = open("/proc/self/status", O_RDONLY);
    CHECK(read(file, text, sizeof text - 1) > 0, "no status");
    close(file);
    return atol(strstr(text, "VmLck:") + 6);
}

static void childSees(char *block) {
    pid_t child = fork();
    if (!child) _exit(filled(block, SIZE, 7) ? 0 : 3);
    int status = 0;
    CHECK(waitpid(child, &status, 0) == child && status == 0, "the child ended by %d", status);
}

int main(void) {
    for (int way = 0; way < 6; way++) {
        for (int part = 0; part < 3; part++) {
            char *block = hide(malloc(SIZE)), *more[40];
            fill(block, SIZE, 1);
            size_t pages = SIZE / 4096 - 1;
            if (part == 0) change(page(block), pages * 4096, way);
            if (part == 1) change(page(block), pages / 3 * 4096, way);
            if (part == 2) for (size_t i = 0; i < 16; i++) change(page(block) + pages / 40 * i * 4096, 4096, way);
            // DEBUG=1 writes into freed memory, and may not be able to.
            if (isDebug()) mprotect(page(block), pages * 4096, PROT_READ | PROT_WRITE);
            uintptr_t address = (uintptr_t)block;
            free(block);
            if (way == 4 && part == 0 && !isDebug()) CHECK(lockedKilobytes() < 1000, "%ld kB stay locked", lockedKilobytes());
            int made = 0;
            do {
                more[made] = hide(malloc(SIZE));
                fill(more[made], SIZE, 7);
            } while ((uintptr_t)more[made++] != address && made < (SIZE > 8 * MIB ? 2 : 40));
            childSees(more[made - 1]);
            while (made) free(more[--made]);
        }
    }
    return 0;
}
