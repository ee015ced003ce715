// Proves that a block of a shared heap without a limit costs a thread few more instructions than one of the process' heap: by time, with
// much room for a busy machine, and not what a lock costs.
// expect: exit 0
// stderr-none
// timeout: 60
// production-only: the debug heap has one lock for all
// link: {LIBRARY}
#include <time.h>
#include "heap.h"

enum { LIVE = 1000, STEPS = 300000, ROUNDS = 15 };
static swiftmalloc_heap *own;
static void *blocks[LIVE];

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double run(int isOwn, int frees) {
    double began = now();
    for (unsigned i = 0; i < STEPS; i++) {
        void **block = &blocks[i * 2654435761u % LIVE];
        if (isOwn && frees) swiftmalloc_heap_free(own, *block);
        else free(*block);
        *block = isOwn ? swiftmalloc_heap_malloc(own, 16 + i % 200) : malloc(16 + i % 200);
    }
    double time = now() - began;
    for (int i = 0; i < LIVE; i++) free(blocks[i]), blocks[i] = NULL;
    return time;
}

int main(void) {
    own = heap(0, "shared", 0);
    double best[3] = {1e9, 1e9, 1e9};
    for (int round = 0; round < ROUNDS; round++)
        for (int kind = 0; kind < 3; kind++) {
            double time = run(kind > 0, kind == 2);
            if (time < best[kind]) best[kind] = time;
        }
    for (int kind = 0; kind < 3; kind++) dprintf(1, "kind %d: %.2f ns\n", kind, best[kind] * 1e9 / STEPS);
    CHECK(best[1] < 1.6 * best[0], "free: %g ns, malloc %g ns", best[1] * 1e9 / STEPS, best[0] * 1e9 / STEPS);
    CHECK(best[2] < 1.6 * best[0], "swiftmalloc_heap_free: %g ns, malloc %g ns", best[2] * 1e9 / STEPS, best[0] * 1e9 / STEPS);
    return 0;
}
