// Proves that errors in signal handlers which interrupt samples are all reported, and that the program goes on.
// expect: exit 0
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-buffer-overflow on address 0x[0-9a-f]+ \(a read, 0 bytes after the end of the 64-byte block at 0x[0-9a-f]+\)
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in allocate +.*{FILE}:{LINE:allocate}$
// report: ^==[0-9]+==SUMMARY: swiftmalloc: 16 errors, 16 distinct$
// env: SWIFTMALLOC_GUARD_SAMPLE=1 SWIFTMALLOC_ON_ERROR=continue
// arguments: MICROSECONDS=137 MICROSECONDS=822
// production-only: the debug heap is not sampled
#include "guarded.h"
#include <signal.h>
#include <sys/time.h>
ARGUMENT(int, MICROSECONDS)

enum { BLOCKS = 16 };
static char *blocks[BLOCKS];
static volatile sig_atomic_t count;
static volatile char seen;

// Each depth is another stack.
static NOINLINE char *allocate(int depth) {
    if (depth) return hide(allocate(depth - 1));
    return hide(malloc(64));  // allocate
}

static void handle(int number) {
    (void)number;
    seen = blocks[count][64];
    count++;
}

// Samples nearly all the time, with a deep stack.
static NOINLINE void recurse(int depth) {
    void *own = hide(malloc((size_t)(10 + depth)));
    if (depth) recurse(depth - 1);
    free(own);
}

int main(void) {
    for (int i = 0; i < BLOCKS; i++) blocks[i] = GUARDED(allocate(i), 64, 1);
    signal(SIGALRM, handle);
    for (int i = 0; i < BLOCKS; i++) {
        struct itimerval once = {.it_value = {.tv_usec = MICROSECONDS + i * 37}};
        setitimer(ITIMER_REAL, &once, NULL);
        while (count <= i) recurse(40);
    }
    recurse(40);
    return 0;
}
