// Proves that handlers that allocate and free, every 300 microseconds into malloc and free themselves, neither deadlock the
// debug heap nor mix up its blocks.
// expect: exit 0
// stderr-none
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// arguments: SIZE=40,SECONDS=1 SIZE=60000,SECONDS=1
// arguments-all: SIZE=40,SECONDS=5 SIZE=60000,SECONDS=5
#include <signal.h>
#include <sys/time.h>
#include "debug.h"
ARGUMENT(int, SIZE)
ARGUMENT(int, SECONDS)
static volatile int hits;
static void *volatile handlersOwn;

static void handler(int number) {
    char *block = malloc(SIZE);
    if (block == NULL) _exit(8);
    fill(block, SIZE, number);
    if (!filled(block, SIZE, number)) _exit(9);
    if (hits % 2) free(block);
    else free(handlersOwn), handlersOwn = block;
    hits++;
}

int main(void) {
    static void *blocks[100];
    static size_t sizes[100];
    uint64_t random = 5;
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    struct itimerval storm = {{0, 300}, {0, 300}}, calm = {{0, 0}, {0, 0}};
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &storm, NULL);
    for (double began = seconds(); seconds() - began < SECONDS || hits <= 50;)
        for (int i = 0; i < 200; i++) {
            uint64_t at = nextRandom(&random) % 100;
            CHECK(filled(blocks[at], sizes[at], (int)at), "block %d changed", (int)at);
            free(blocks[at]);
            sizes[at] = nextRandom(&random) % (SIZE * 2);
            blocks[at] = malloc(sizes[at]);
            CHECK(blocks[at] != NULL, "no block");
            fill(blocks[at], sizes[at], (int)at);
        }
    setitimer(ITIMER_REAL, &calm, NULL);
    CHECK(checkHeap() == 0, "errors where there are none");
    return 0;
}
