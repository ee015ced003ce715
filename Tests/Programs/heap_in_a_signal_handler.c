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
static void *volatile left[64];
static volatile int count;

static void handler(int signal) {
    (void)signal;
    int i = count++ % 64;
    if (left[i] && i % 2) swiftmalloc_heap_free(own, left[i]);
    else free(left[i]);
    left[i] = count % 2 ? malloc(100) : swiftmalloc_heap_malloc(own, 100);
    if (left[i]) memset(left[i], 1, 100);
}

int main(void) {
    for (int kind = 0; kind < 2; kind++) {
        own = heap(kinds[kind], "interrupted", 0);
        signal(SIGALRM, handler);
        struct itimerval often = {{0, 200}, {0, 200}}, never = {{0, 0}, {0, 0}};
        setitimer(ITIMER_REAL, &often, NULL);
        swiftmalloc_heap_set_current(own);
        static unsigned char *blocks[500];
        for (int i = 0; i < 400000; i++) {
            unsigned char **place = &blocks[i * 7 % 500];
            if (*place) CHECK((*place)[0] == 7, "contents");
            if (i % 2) swiftmalloc_heap_free(own, *place);
            else free(*place);
            *place = i % 3 ? malloc(i % 900 + 1) : swiftmalloc_heap_malloc(own, i % 900 + 1);
            CHECK(*place, "no block");
            **place = 7;
        }
        setitimer(ITIMER_REAL, &never, NULL);
        swiftmalloc_heap_set_current(NULL);
        for (int i = 0; i < 64; i++) { free(left[i]); left[i] = NULL; }
        for (int i = 0; i < 500; i++) { free(blocks[i]); blocks[i] = NULL; }
        swiftmalloc_heap_destroy(own);
    }
    return 0;
}
