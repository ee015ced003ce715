// Proves that a signal handler that allocates and frees large and medium blocks in the middle of the same does not wait for a
// lock of the counters that its own thread holds, and that every call is counted once.
// env: SWIFTMALLOC_LIVE=1
// stderr-none
// production-only: the debug heap has no rows of large blocks
#include <signal.h>
#include <sys/time.h>
#include "live_file.h"
static volatile uint64_t calls, large;

static void handler(int number) {
    static int turn;
    size_t size = (size_t)++turn % 2 ? 5000000 : 100000;
    char *block = malloc(size);
    if (!block) return;
    *block = (char)number;
    free(block);
    calls++, large += size == 5000000;
}

int main(void) {
    const Header *header = countersOf(getpid());
    struct itimerval storm = {{0, 100}, {0, 100}}, calm = {{0, 0}, {0, 0}};
    signal(SIGALRM, handler);
    free(malloc(10));
    Counts before = sumOfAll(header);
    setitimer(ITIMER_REAL, &storm, NULL);
    double began = seconds();
    uint64_t own = 0;
    for (; seconds() - began < 2 || calls <= 300; own++) free(malloc(own % 4 ? 5000000 : 300000));
    setitimer(ITIMER_REAL, &calm, NULL);
    Counts after = sumOfAll(header);
    CHECK(after.allocation_count - before.allocation_count == own + calls, "allocations");
    CHECK(after.free_count - before.free_count == own + calls, "frees");
    CHECK(header->large_count == 0 && header->large_unlisted == 0, "large blocks");
    return 0;
}
