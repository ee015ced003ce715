// Proves that malloc_trim in a signal handler leaves a shared heap alone whose fast path it interrupted.
// expect: exit 0
// stderr-none
// link: {LIBRARY}
#include <signal.h>
#include <sys/time.h>
#include "heap.h"

static void on(int number) {
    int before = errno;
    malloc_trim(0);
    errno = before;
    (void)number;
}

int main(void) {
    swiftmalloc_heap *shared = heap(0, "shared", 0);
    struct sigaction action = {.sa_handler = on, .sa_flags = SA_RESTART};
    sigaction(SIGALRM, &action, NULL);
    struct itimerval timer = {{0, 97}, {0, 97}};
    setitimer(ITIMER_REAL, &timer, NULL);
    static unsigned char *blocks[256];
    static size_t lengths[256];
    uint64_t state = 5;
    for (double begin = seconds(); seconds() < begin + 3;)
        for (int k = 0; k < 5000; k++) {
            int i = (int)(nextRandom(&state) % 256);
            CHECK(blocks[i] == NULL || filled(blocks[i], lengths[i], i), "block %d", i);
            free(blocks[i]);
            lengths[i] = 1 + nextRandom(&state) % 500;
            blocks[i] = swiftmalloc_heap_malloc(shared, lengths[i]);
            fill(blocks[i], lengths[i], i);
        }
    return 0;
}
