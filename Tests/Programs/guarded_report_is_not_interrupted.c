// Proves that a report is whole though a timer's handler makes errors all the while, and that those are reported behind it.
// expect: exit 0
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address
// report: ^==[0-9]+==ERROR: swiftmalloc: double-free on address 0x[0-9a-f]+ \(40-byte block\), thread "
// report: ^SUMMARY: swiftmalloc: double-free .*{FILE}:{LINE:double free} in again$
// report: ^==[0-9]+==ERROR: swiftmalloc: heap-use-after-free on address 0x[0-9a-f]+ \(a read, 2 bytes inside the freed 50-byte block at 0x[0-9a-f]+\), thread "
// report: ^SUMMARY: swiftmalloc: heap-use-after-free .*{FILE}:{LINE:handler} in handle$
// report: ^==[0-9]+==SUMMARY: swiftmalloc: [0-9]+ errors, [0-9]+ distinct$
// env: SWIFTMALLOC_GUARD_SAMPLE=1 SWIFTMALLOC_ON_ERROR=continue
// production-only: the debug heap is not sampled
#include "guarded.h"
#include <signal.h>
#include <sys/time.h>

static char *block;
static volatile char seen;
static volatile sig_atomic_t count;

static NOINLINE char *allocate(void) { return hide(malloc(50)); }
static NOINLINE char *allocateOther(void) { return hide(malloc(40)); }
static NOINLINE void again(void *freed) { free(freed); }  // double free

static void handle(int number) {
    (void)number;
    seen = block[2];  // handler
    free(block);
    count++;
}

int main(void) {
    block = GUARDED(allocate(), 50, 1);
    char *other = GUARDED(allocateOther(), 40, 1);
    free(block);
    free(other);
    signal(SIGALRM, handle);
    struct itimerval often = {{.tv_usec = 500}, {.tv_usec = 500}}, never = {{0, 0}, {0, 0}};
    setitimer(ITIMER_REAL, &often, NULL);
    again(hide(other));
    while (count < 20) again(hide(other));
    setitimer(ITIMER_REAL, &never, NULL);
    return 0;
}
