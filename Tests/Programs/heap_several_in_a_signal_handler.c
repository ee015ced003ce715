// Proves that a thread may use several local heaps by turns, and a signal handler of it the same ones at any moment: no block
// is given out twice, and what each holds stays. A handler that comes into a call of a heap gets a block of the process'.
// expect: exit 0
// stderr-none
// also: DEBUG=1
// timeout: 40
// link: {LIBRARY}
#include <signal.h>
#include <sys/time.h>
#include "heap.h"

enum { HEAPS = 5, LIVE = 300, LEFT = 40 };
static swiftmalloc_heap *own[HEAPS];
static const unsigned flags[HEAPS] = {SWIFTMALLOC_HEAP_LOCAL, SWIFTMALLOC_HEAP_LOCAL, SWIFTMALLOC_HEAP_LOCAL | SWIFTMALLOC_HEAP_BUMP,
                                      SWIFTMALLOC_HEAP_LOCAL | SWIFTMALLOC_HEAP_BUMP, 0};
static unsigned char *left[LEFT];
static volatile sig_atomic_t count;

static void handler(int signal) {
    (void)signal;
    for (int turn = 0; turn < 3; turn++) {
        int i = count++ % LEFT;
        if (left[i] && !filled(left[i], 90, i)) _exit(9);
        free(left[i]);
        left[i] = swiftmalloc_heap_malloc(own[count % HEAPS], 90);
        if (left[i]) fill(left[i], 90, i);
    }
}

static void storm(int isOn) {
    struct itimerval often = {{0, 100}, {0, 100}}, never = {{0, 0}, {0, 0}};
    setitimer(ITIMER_REAL, isOn ? &often : &never, NULL);
}

int main(void) {
    static unsigned char *blocks[LIVE];
    signal(SIGALRM, handler);
    for (int i = 0; i < HEAPS; i++) own[i] = heap(flags[i], "by turns", 0);
    double began = seconds();
    unsigned turn = 0;
    while (seconds() - began < 1.5) {
        storm(1);
        for (int step = 0; step < 20000; step++, turn++) {
            int place = (int)(turn * 7 % LIVE), which = (int)(turn % HEAPS);
            if (blocks[place]) CHECK(filled(blocks[place], 20 + (size_t)place, place % 251), "place %d", place);
            if (turn % 3 || !blocks[place]) free(blocks[place]);
            else swiftmalloc_heap_free(swiftmalloc_heap_of(blocks[place]) ?: own[which], blocks[place]);
            blocks[place] = swiftmalloc_heap_malloc(own[which], 20 + (size_t)place);
            CHECK(blocks[place], "no block");
            fill(blocks[place], 20 + (size_t)place, place % 251);
        }
        storm(0);
        memset(left, 0, sizeof left);
        memset(blocks, 0, sizeof blocks);
        for (int i = 0; i < HEAPS; i++) swiftmalloc_heap_free_all(own[i]);
    }
    for (int i = 0; i < HEAPS; i++) swiftmalloc_heap_destroy(own[i]);
    return 0;
}
