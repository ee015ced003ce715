// Proves that a free of an address on another thread's stack names that thread; main's and a worker's.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: invalid-free on address {ADDRESS} \(on the stack of thread "{VICTIM}" \({THREAD}\)\), thread "{FREER}" \([0-9]+\)$
// report: ^ +#0 0x[0-9a-f]+ in .* +.*{FILE}:{LINE:bad free}$
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// arguments: MAINS=0 MAINS=1
#include <pthread.h>
#include "debug.h"
ARGUMENT(int, MAINS)
static pthread_barrier_t barrier;
static void *address;

static void play(int isVictim) {
    char array[1000] __attribute__((aligned(16)));
    if (isVictim) {
        tell("thread", gettid());
        address = announce(array);
    }
    pthread_barrier_wait(&barrier);
    if (!isVictim) free(hide(address));  // bad free
    pthread_barrier_wait(&barrier);
    while (1) pause();
}

static void *work(void *unused) {
    pthread_setname_np(pthread_self(), "worker");
    play(!MAINS);
    return unused;
}

int main(void) {
    pthread_t thread;
    dprintf(1, "%s=worker\n%s=[^\"]+\n", MAINS ? "freer" : "victim", MAINS ? "victim" : "freer");
    pthread_barrier_init(&barrier, NULL, 2);
    pthread_create(&thread, NULL, work, NULL);
    play(MAINS);
    return 0;
}
