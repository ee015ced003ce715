// Proves that a free of a local variable names the thread whose stack it is on: the caller's own, main's or another.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: invalid-free on address {ADDRESS} \(on the stack of thread "{NAME}" \({THREAD}\)\), thread "{NAME}" \({THREAD}\)$
// report: ^ +#0 0x[0-9a-f]+ in work +.*{FILE}:{LINE:bad free}$
// report: ^SUMMARY: swiftmalloc: invalid-free .*{FILE}:{LINE:bad free} in work$
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// arguments: MAIN=1 MAIN=0
#include <pthread.h>
#include "debug.h"
ARGUMENT(int, MAIN)

static void *work(void *unused) {
    char array[1000] __attribute__((aligned(16)));
    if (!MAIN) pthread_setname_np(pthread_self(), "worker");
    dprintf(1, "name=%s\nthread=%d\n", MAIN ? "[^\"]+" : "worker", gettid());
    fill(array, sizeof array, 1);
    free(announce(array + 160));  // bad free
    return hide(unused);
}

int main(void) {
    pthread_t thread;
    if (MAIN) work(NULL);
    pthread_create(&thread, NULL, work, NULL);
    pthread_join(thread, NULL);
    return 0;
}
