// Proves that a process that may not be traced or looked at (PR_SET_DUMPABLE) is checked like any other.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 block$
// stderr-count: 1
// report: ^  definitely lost: 1000 bytes in 1 block$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report: ^SUMMARY: swiftmalloc: 1000 byte\(s\) leaked in 1 allocation\(s\)\.$
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
#include <sys/prctl.h>
#include "leak.h"
static void *held;

HELPER void build(void) { held = make(100); }

static void *wait(void *nothing) {
    void *volatile own = malloc(101);
    hide((void *)&own);
    arrive();
    for (;;) pause();
    return own == NULL ? nothing : NULL;
}

int main(void) {
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, wait, NULL) == 0, "no thread");
    await(1);
    away(build);
    lose(1000);
    CHECK(prctl(PR_SET_DUMPABLE, 0) == 0, "prctl");
    return held == NULL;
}
