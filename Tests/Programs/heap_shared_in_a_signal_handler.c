// Proves that signal handlers of several threads may use shared heaps at any moment of a call of theirs: no block is given out twice,
// what each holds stays, and one that is freed in a handler is not lost.
// expect: exit 0
// stderr-none
// env: SWIFTMALLOC_DEBUG=0
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_FRAMES=0
// timeout: 60
// link: {LIBRARY}
#include <signal.h>
#include "heap.h"

enum { THREADS = 3, HEAPS = 3, LIVE = 200, LEFT = 30 };
static swiftmalloc_heap *own[HEAPS];
static volatile int isOver;
static __thread unsigned char *left[LEFT];
static __thread int turn, mark;

static void give(unsigned char *block, int turn) {
    if (turn % 2) free(block);
    else {
        swiftmalloc_heap *heap = swiftmalloc_heap_of(block);
        if (heap) swiftmalloc_heap_free(heap, block);
        else free(block);
    }
}

static void handler(int signal) {
    (void)signal;
    if (!mark) return;
    for (int i = 0; i < 2; i++) {
        int place = turn++ % LEFT;
        if (left[place] && !filled(left[place], 40, mark + place)) _exit(9);
        give(left[place], turn);
        left[place] = swiftmalloc_heap_malloc(own[turn % HEAPS], 40);
        if (left[place]) fill(left[place], 40, mark + place);
    }
}

static void *work(void *argument) {
    unsigned char *blocks[LIVE] = {NULL};
    int number = 1 + 80 * (int)(uintptr_t)argument;
    mark = number + 30;
    for (unsigned i = 0; !isOver; i++) {
        int place = (int)(i * 2654435761u >> 8) % LIVE;
        place = place < 0 ? -place : place;
        size_t size = 20 + (size_t)(place % 4) * 30;
        if (blocks[place]) CHECK(filled(blocks[place], size, number + place % 20), "place %d", place);
        give(blocks[place], (int)i);
        blocks[place] = full(swiftmalloc_heap_malloc(own[i / 50 % HEAPS], size), size, number + place % 20);
    }
    mark = 0;
    for (int i = 0; i < LIVE; i++) free(blocks[i]);
    for (int i = 0; i < LEFT; i++) free(left[i]);
    return NULL;
}

int main(void) {
    pthread_t threads[THREADS];
    signal(SIGUSR1, handler);
    for (int i = 0; i < HEAPS; i++) own[i] = heap(0, "shared", i == 2 ? 32 * MIB : 0);
    for (uintptr_t i = 0; i < THREADS; i++) CHECK(pthread_create(&threads[i], NULL, work, (void *)i) == 0, "no thread");
    double began = seconds();
    for (unsigned i = 0; seconds() - began < 2; i++) {
        pthread_kill(threads[i % THREADS], SIGUSR1);
        for (volatile unsigned j = 0; j < i % 512; j++) {}
    }
    isOver = 1;
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    for (int i = 0; i < HEAPS; i++) {
        struct swiftmalloc_statistics_lines lines;
        struct swiftmalloc_debug_statistics debug;
        // There some hundred that wait for a lock are lost.
        if (!swiftmalloc_debug_statistics(&debug))
            CHECK(swiftmalloc_heap_statistics(own[i], &lines) == 1 && lines.requested == 0, "%zd bytes are live in heap %d", lines.requested, i);
        swiftmalloc_heap_destroy(own[i]);
    }
    return 0;
}
