// Proves that the stop after a report is an ordinary SIGABRT: the program's handler runs, may allocate, and decides the end.
// expect: exit 7
// stderr: ^==[0-9]+==ERROR: swiftmalloc: {KIND} on address
// report: ^SUMMARY: swiftmalloc: {KIND}
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// arguments: KIND=double-free,FAULTS=0 KIND=heap-use-after-free,FAULTS=1
#include <signal.h>
#include "debug.h"
#include "workout.h"
ARGUMENT(int, FAULTS)

static void handler(int number) {
    workout((uint64_t)number, 500);
    _exit(7);
}

int main(void) {
    signal(SIGABRT, handler);
    char *block = malloc(100000);
    free(block);
    if (FAULTS) return *(volatile char *)hide(block) == 1;
    free(hide(block));
    return 0;
}
