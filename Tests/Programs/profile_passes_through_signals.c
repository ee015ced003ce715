// Proves that the stack of a block that a signal handler allocates goes on with the code that the signal interrupted: by raise or at any
// instruction, on the thread's stack or on another one, in another thread, and within malloc.
// env: SWIFTMALLOC_PROFILE={TMP}/p SWIFTMALLOC_PROFILE_INTERVAL=4k SWIFTMALLOC_PROFILE_SEED=1
// arguments: TIMER=0,OTHER=0 TIMER=0,OTHER=1 TIMER=1,OTHER=0 TIMER=1,OTHER=1 TIMER=2,OTHER=0 TIMER=2,OTHER=1
// expect: exit 0
// stderr-none
// link: -lpthread
// production-only: the debug heap is not sampled
#include "profile.h"

#include <pthread.h>
#include <signal.h>
#include <sys/time.h>

enum { CALLS = 300, BLOCKS = 40, SIZE = 500 };
ARGUMENT(int, TIMER)
ARGUMENT(int, OTHER)
static volatile sig_atomic_t calls;

PLACE(handler) static void handle(int signal) {
    (void)signal;
    for (int i = 0; i < BLOCKS; i++) hide(malloc(SIZE));
    calls++;
}
PLACE_BOUNDS(handler);

// Keeps no frame pointer, and moves its stack pointer.
__attribute__((noinline)) static unsigned spin(unsigned depth) {
    volatile unsigned words[30] = {depth};
    for (unsigned i = 0; i < 200; i++) words[i % 30] += words[(i + 7) % 30] * 3 + 1;
    return depth ? spin(depth - 1) + words[3] : words[4];
}

PLACE(outer) __attribute__((noinline)) static unsigned work(void) {
    unsigned sum = 0;
    while (calls < CALLS) {
        if (TIMER == 0) raise(SIGALRM);
        else if (TIMER == 1) sum += spin(10);
        else free(hide(malloc(64)));
    }
    return sum;
}
PLACE_BOUNDS(outer);

static void *run(void *unused) {
    static char memory[1 << 16];
    stack_t other = {.ss_sp = memory, .ss_size = sizeof memory};
    if (OTHER) CHECK(!sigaltstack(&other, NULL), "no other stack");
    struct sigaction action = {.sa_handler = handle, .sa_flags = OTHER ? SA_ONSTACK : 0};
    sigaction(SIGALRM, &action, NULL);
    struct itimerval often = {{0, 500}, {0, 500}}, never = {0};
    if (TIMER) setitimer(ITIMER_REAL, &often, NULL);
    work();
    setitimer(ITIMER_REAL, &never, NULL);
    return unused;
}

int main(void) {
    if (OTHER && TIMER == 0) {
        pthread_t thread;
        CHECK(!pthread_create(&thread, NULL, run, NULL), "no thread");
        pthread_join(thread, NULL);
    } else {
        run(NULL);
    }
    profileNow();
    double inner[PROFILE_VALUES], outer[PROFILE_VALUES];
    PLACE_SUMS(handler, inner);
    PLACE_SUMS(outer, outer);
    // What a handler gets that interrupts a slow path is not sampled.
    double held = (double)calls * BLOCKS * SIZE;
    CHECK(inner[LIVE_BYTES] > (TIMER == 2 ? 0.05 : 0.8) * held && inner[LIVE_BYTES] < 1.2 * held, "%f bytes of the handler", inner[LIVE_BYTES]);
    // The timer may come before the work, and in malloc's own code not every instruction tells its caller.
    double least = TIMER == 2 ? 0.8 : TIMER == 1 ? 0.98 : 0.999;
    CHECK(outer[LIVE_BYTES] >= inner[LIVE_BYTES] * least, "%f bytes of %f are by way of what was interrupted", outer[LIVE_BYTES],
          inner[LIVE_BYTES]);
    return 0;
}
