// Proves that a process of one thread that frees a burst and then does nothing is small without another call: at least 85 per
// cent of what no live block touches is back, small blocks with live ones between them, medium and large ones; and that a
// program that repeats its burst keeps the memory for most of them.
// arguments: WAY=0 WAY=1 WAY=2 WAY=3
// production-only: the debug heap has a quarantine
#include "check.h"
#include <sys/resource.h>
ARGUMENT(int, WAY)

enum { SMALL, ALL, MEDIUM, LARGE };
enum { COUNT = 150000, KEPT = 20, ROUNDS = 12 };
static char *blocks[COUNT];
static const int counts[] = {COUNT, COUNT, 300, 4};

static size_t sizeOf(int i) {
    if (WAY >= MEDIUM) return WAY == LARGE ? 30 * MIB : 200000 + (size_t)i * 1000;
    return i % 6 < 3 ? 512 : i % 6 < 5 ? 1024 : 2048;
}

static int isKept(int i) { return WAY == SMALL && i % KEPT == 0; }

static void burst(void) {
    for (int i = 0; i < counts[WAY]; i++)
        if (!blocks[i]) fill(blocks[i] = malloc(sizeOf(i)), sizeOf(i), i & 255);
}

static void drop(void) {
    for (int i = 0; i < counts[WAY]; i++)
        if (!isKept(i)) free(blocks[i]), blocks[i] = NULL;
}

static long faults(void) {
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    return use.ru_minflt;
}

// Bytes of pages of which a live block has a part.
static size_t touched(void) {
    static uintptr_t last;
    size_t pages = 0;
    last = 0;
    for (int i = 0; i < counts[WAY]; i++)
        for (uintptr_t page = (uintptr_t)blocks[i] / 4096; isKept(i) && page <= ((uintptr_t)blocks[i] + sizeOf(i) - 1) / 4096; page++)
            if (page != last) pages++, last = page;
    return pages * 4096;
}

int main(void) {
    memset(blocks, 0, sizeof blocks);
    size_t before = resident();
    burst();
    size_t full = resident() - before;
    drop();
    size_t left = resident() - before, live = touched();
    CHECK(left < live + (full - live) * 15 / 100, "%zu of %zu bytes stay, %zu of them live", left, full, live);
    for (int i = 0; i < counts[WAY]; i++)
        if (isKept(i)) CHECK(filled(blocks[i], sizeOf(i), i & 255), "a live block changed");
    long begin = faults();
    double start = seconds();
    for (int round = 0; round < ROUNDS; round++) burst(), drop();
    // The second time comes two seconds after the first, the third eight after that.
    long most = (long)((full / 4096) * (size_t)(seconds() - start < 2 ? 3 : 6));
    CHECK(faults() - begin < most, "%ld page faults for %d bursts of %zu pages", faults() - begin, ROUNDS, full / 4096);
    return 0;
}
