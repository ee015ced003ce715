// Proves that a second free on the smallest thread stack, and on a small alternate signal stack, is reported whole.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \(100-byte block\), thread "
// report: ^ +#0 0x[0-9a-f]+ in again +.*{FILE}:{LINE:second free}$
// report: ^freed first by thread "
// report: ^allocated by thread "
// report: ^SUMMARY: swiftmalloc: double-free .*{FILE}:{LINE:second free} in again$
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// arguments: THREAD=0 THREAD=1
#include <pthread.h>
#include <signal.h>
#include "debug.h"
ARGUMENT(int, THREAD)
static void *block;

static NOINLINE void again(void) { free(hide(block)); }  // second free
static void handler(int number) { again(), hide(&number); }
static void *work(void *unused) { return again(), unused; }

int main(void) {
    static char stack[16384];
    stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_ONSTACK};
    sigaltstack(&alternate, NULL);
    sigaction(SIGUSR1, &action, NULL);
    block = announce(malloc(100));
    free(block);
    if (!THREAD) raise(SIGUSR1);
    pthread_t thread;
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, (size_t)sysconf(_SC_THREAD_STACK_MIN));
    pthread_create(&thread, &small, work, NULL);
    pthread_join(thread, NULL);
    return 0;
}
