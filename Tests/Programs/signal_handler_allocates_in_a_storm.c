// Proves that a handler that allocates and frees, every 200 microseconds into malloc itself, neither
// deadlocks nor mixes up blocks.
// expect: exit 0
// stderr-none
// timeout: 12
// arguments: SIZE=40,SECONDS=1 SIZE=2000,SECONDS=1 SIZE=60000,SECONDS=1
// arguments-all: SIZE=40,SECONDS=5 SIZE=2000,SECONDS=5 SIZE=60000,SECONDS=5
// also: DEBUG=1 LIVE=1
#include <signal.h>
#include <sys/time.h>
#include "check.h"
ARGUMENT(int, SIZE)
ARGUMENT(int, SECONDS)
static volatile int hits;
static void *volatile handlersOwn;

static void handler(int number) {
    // A free that comes first must not make the thread look as if nothing had been interrupted.
    if (hits % 3 == 2) free(handlersOwn), handlersOwn = NULL;
    char *block = malloc(SIZE);
    if (block) fill(block, SIZE, number);
    if (block && !filled(block, SIZE, number)) _exit(9);
    if (hits % 2) free(block);
    else free(handlersOwn), handlersOwn = block;
    hits++;
}

int main(void) {
    static void *blocks[100];
    static size_t sizes[100];
    uint64_t random = 5;
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    struct itimerval storm = {{0, 200}, {0, 200}}, calm = {{0, 0}, {0, 0}};
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &storm, NULL);
    double began = seconds();
    while (seconds() - began < SECONDS || hits <= 100)
        for (int i = 0; i < 1000; i++) {
            uint64_t at = nextRandom(&random) % 100;
            CHECK(filled(blocks[at], sizes[at], (int)at), "block %d changed", (int)at);
            free(blocks[at]);
            sizes[at] = nextRandom(&random) % (i % 8 ? SIZE * 2 : 5000);
            blocks[at] = malloc(sizes[at]);
            CHECK(blocks[at] != NULL, "no block");
            fill(blocks[at], sizes[at], (int)at);
        }
    setitimer(ITIMER_REAL, &calm, NULL);
    return 0;
}
