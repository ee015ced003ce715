// Proves that blocks which a signal handler allocates and keeps are never given to the code that it interrupts, and that
// malloc under such handlers never fails.
// expect: exit 0
// stderr-none
// timeout: 30
// arguments: SIZE=64 SIZE=600
// also: DEBUG=1 LIVE=1
#include <signal.h>
#include <sys/time.h>
#include "check.h"
ARGUMENT(int, SIZE)
enum { limit = 100000 };
static char *kept[limit];
static volatile int count;

static void handler(int number) {
    (void)number;
    for (int k = 0; k < 20 && count < limit; k++) {
        char *block = malloc(SIZE);
        if (!block) _exit(9);
        memset(block, 'h', SIZE);
        kept[count++] = block;
    }
}

int main(void) {
    static char *blocks[300];
    uint64_t random = 3;
    struct itimerval storm = {{0, 100}, {0, 100}};
    signal(SIGALRM, handler);
    setitimer(ITIMER_REAL, &storm, NULL);
    while (count < limit) {
        int i = (int)(nextRandom(&random) % 300);
        if (blocks[i]) {
            for (int j = 0; j < SIZE; j++) CHECK(blocks[i][j] == (char)i, "block %d overwritten", i);
            free(blocks[i]);
            blocks[i] = NULL;
        } else {
            blocks[i] = malloc(SIZE);
            CHECK(blocks[i] != NULL, "no block");
            memset(blocks[i], i, SIZE);
        }
    }
    for (int i = 0; i < count; i++)
        for (int j = 0; j < SIZE; j++) CHECK(kept[i][j] == 'h', "block %d of the handler overwritten", i);
    return 0;
}
