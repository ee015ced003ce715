// Proves that longjmp out of frames that allocate (and out of a handler in a calm moment) leaves the heap whole.
// expect: exit 0
// stderr-none
// also: DEBUG=1
#include <setjmp.h>
#include <signal.h>
#include "workout.h"
static sigjmp_buf place;
static void *kept;

static void descend(int depth) {
    void *block = malloc((size_t)depth * 50);
    if (depth == 0) {
        free(block);
        kept = malloc(500);
        siglongjmp(place, 1);
    }
    free(block);
    descend(depth - 1);
}

static void handler(int number) {
    kept = malloc((size_t)number * 1000);
    siglongjmp(place, number);
}

int main(void) {
    signal(SIGUSR1, handler);
    for (volatile int i = 0; i < 2000; i++) {
        if (sigsetjmp(place, 1) == 0) {
            if (i % 2) raise(SIGUSR1);
            descend(i % 50);
            CHECK(0, "did not jump");
        }
        free(kept);
    }
    workout(3, 3000);
    return 0;
}
