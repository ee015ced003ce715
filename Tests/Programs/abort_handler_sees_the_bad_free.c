// Proves that the stop is an ordinary SIGABRT: a handler of the program runs, may itself allocate, and decides the end.
// expect: exit 7
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS}( |,|$)
// also: DEBUG=1 LIVE=1
#include <signal.h>
#include "workout.h"

static void handler(int number) {
    workout((uint64_t)number, 500);
    _exit(7);
}

int main(void) {
    signal(SIGABRT, handler);
    void *block = announce(malloc(100)), *kept = hide(malloc(100));
    free(block);
    free(hide(block));
    free(kept);
    return 0;
}
