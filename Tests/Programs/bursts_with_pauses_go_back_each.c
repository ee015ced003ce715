// Proves that a process of one thread that pauses for two seconds between its bursts is small in each pause, and that one that does not
// pause gives the memory of few bursts back: most find their pages where they were.
// arguments: KEEP=0,SIZE=1000 KEEP=20,SIZE=1000 KEEP=0,SIZE=300000
// production-only: the debug heap has a quarantine
#include "check.h"
#include <sys/resource.h>
ARGUMENT(int, KEEP)
ARGUMENT(size_t, SIZE)

enum { BYTES = 90000000, PAUSES = 4 };
static char *blocks[BYTES / 1000];

static void burst(void) {
    for (size_t i = 0; i < BYTES / SIZE; i++)
        if (!blocks[i]) fill(blocks[i] = malloc(SIZE), SIZE, 1);
    for (size_t i = 0; i < BYTES / SIZE; i++)
        if (!KEEP || i % (size_t)KEEP) free(blocks[i]), blocks[i] = NULL;
}

static long faults(void) {
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    return use.ru_minflt;
}

int main(void) {
    size_t before = resident();
    for (int i = 0; i < PAUSES; i++) {
        burst();
        size_t left = resident() - before;
        CHECK(left < BYTES * (size_t)(KEEP ? 30 : 15) / 100, "%zu bytes stay in pause %d", left, i);
        usleep(2200000);
    }
    // The first is one after a pause; sixteen seconds later comes the next.
    burst();
    long first = faults();
    long pauses = 0;
    for (double begin = seconds(), end = begin + 8, now = begin; now < end; begin = now) {
        burst();
        now = seconds();
        // Where other processes have the processor, it is one that pauses.
        pauses += now - begin > 0.9;
    }
    CHECK(faults() - first < BYTES / 4096 * (3 / 2. + (double)pauses), "%ld page faults with %ld pauses", faults() - first, pauses);
    return 0;
}
