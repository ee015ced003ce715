// Proves that large blocks of changing size get the pages of freed ones, whole, divided and joined: each page is made
// resident about once, and the peak stays near what was in use at once. Random sizes and lives; sizes in turn; sizes that
// grow; arrays that ask for huge pages, as numpy's do; and the same in the child of a fork.
// expect: exit 0
// stderr-none
// env: SWIFTMALLOC_PURGE_DELAY=20000
// arguments: SLOTS=20,FORKS=0,ADVICE=0
// arguments: SLOTS=1,FORKS=0,ADVICE=0
// arguments: SLOTS=0,FORKS=0,ADVICE=0
// arguments: SLOTS=3,FORKS=0,ADVICE=1
// arguments: SLOTS=3,FORKS=1,ADVICE=0
// production-only: a debugging heap keeps freed memory from reuse
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include "check.h"
ARGUMENT(int, SLOTS)
ARGUMENT(int, FORKS)
ARGUMENT(int, ADVICE)
enum { rounds = 200 };
static uint64_t random_ = 5;

static long faults(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_minflt;
}

static size_t nextSize(int round) {
    if (SLOTS == 0) return 5 * MIB + (size_t)round * 65000;
    if (SLOTS == 1) return 20 * MIB - (size_t)(round % 4) * 5 * MIB / 2;
    return 5 * MIB + nextRandom(&random_) % (20 * MIB);
}

// New ones come before old ones go.
static size_t work(void) {
    char *blocks[20] = {0};
    size_t sizes[20] = {0}, live = 0, most = 0;
    for (int round = 0; round < rounds; round++) {
        int slot = SLOTS > 1 ? (int)(nextRandom(&random_) % (size_t)SLOTS) : 0;
        size_t size = nextSize(round);
        if (SLOTS < 2) free(blocks[0]), live = 0;
        char *block = malloc(size);
        if (ADVICE) madvise((void *)(((uintptr_t)block + 4095) & ~4095ul), size & ~4095ul, MADV_HUGEPAGE);
        fill(block, size, slot);
        if (live + size > most) most = live + size;
        if (SLOTS > 1) free(blocks[slot]), live -= sizes[slot];
        live += size, blocks[slot] = block, sizes[slot] = size;
    }
    for (int slot = 0; slot < 20; slot++) free(blocks[slot]);
    return most;
}

int main(void) {
    if (FORKS) {
        work();
        pid_t child = fork();
        int status = 0;
        if (child) return waitpid(child, &status, 0) != child || status != 0;
    }
    long before = faults();
    size_t most = work();
    long came = faults() - before, pages = (long)(most / 4096);
    CHECK(came < pages * 8 / 5 + 2000, "%ld page faults for %ld pages", came, pages);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    CHECK((size_t)usage.ru_maxrss < most / 1024 * 4 / 3 + 8192, "%ld kB were resident for %zu", usage.ru_maxrss, most / 1024);
    return 0;
}
