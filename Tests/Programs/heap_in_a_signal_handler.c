// Proves that a signal handler that interrupts a heap, chosen or asked, allocates and frees without harm.
// expect: exit 0
// stderr-none
// also: DEBUG=1
// timeout: 40
// link: {LIBRARY}
#include <signal.h>
#include <sys/time.h>
#include "heap.h"

static swiftmalloc_heap *own;
static unsigned char *volatile left[64];
static volatile int count;

static void handler(int signal) {
    (void)signal;
    int i = count++ % 64;
    if (left[i] && !filled(left[i], 100, i)) _exit(9);
    if (left[i] && i % 2) swiftmalloc_heap_free(own, left[i]);
    else free(left[i]);
    left[i] = count % 2 ? malloc(100) : swiftmalloc_heap_malloc(own, 100);
    if (left[i]) fill(left[i], 100, i);
}

static void storm(int isOn) {
    struct itimerval often = {{0, 200}, {0, 200}}, never = {{0, 0}, {0, 0}};
    setitimer(ITIMER_REAL, isOn ? &often : &never, NULL);
}

// Blocks that live for a while, 40,000 of them in all, in a storm of signals.
static void work(void) {
    static unsigned char *blocks[500];
    storm(1);
    for (int i = 0; i < 40000; i++) {
        int place = i * 7 % 500;
        unsigned char **block = &blocks[place];
        if (*block) CHECK(filled(*block, (size_t)(*block)[0] % 8 + 1, (*block)[0]), "contents");
        if (i % 2) swiftmalloc_heap_free(own, *block);
        else free(*block);
        *block = i % 3 ? malloc(i % 900 + 8) : swiftmalloc_heap_malloc(own, i % 900 + 8);
        CHECK(*block, "no block");
        fill(*block, 8, place % 251);
    }
    storm(0);
    for (int i = 0; i < 64; i++) { free(left[i]); left[i] = NULL; }
    for (int i = 0; i < 500; i++) { free(blocks[i]); blocks[i] = NULL; }
}

int main(void) {
    signal(SIGALRM, handler);
    for (int kind = 0; kind < KINDS; kind++) {
        own = heap(kinds[kind], "interrupted", 0);
        swiftmalloc_heap_set_current(own);
        double began = seconds();
        while (seconds() - began < 0.4) {
            work();
            swiftmalloc_heap_free_all(own);
        }
        swiftmalloc_heap_set_current(NULL);
        swiftmalloc_heap_destroy(own);
    }
    return 0;
}
