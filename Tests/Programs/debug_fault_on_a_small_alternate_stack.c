// Proves that a fault in our memory made by code on a small alternate signal stack, and on the smallest thread stack, is
// reported whole.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-use-after-free on address {ADDRESS} \(a read, 0 bytes inside the freed 100000-byte block at {ADDRESS}\), thread "
// report: ^ +#0 0x[0-9a-f]+ in look +.*{FILE}:{LINE:read}$
// report: ^freed by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:free}$
// report: ^SUMMARY: swiftmalloc: heap-use-after-free
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// arguments: THREAD=0 THREAD=1
#include <pthread.h>
#include <signal.h>
#include "debug.h"
ARGUMENT(int, THREAD)
static char *block;

static NOINLINE int look(volatile char *at) { return *at; }  // read
static void handler(int number) { look(block + (number & 0)); }

static void *work(void *unused) {
    look(block);
    return unused;
}

int main(void) {
    static char stack[16384];
    stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_ONSTACK};
    sigaltstack(&alternate, NULL);
    sigaction(SIGUSR1, &action, NULL);
    block = announce(malloc(100000));
    free(block);  // free
    if (!THREAD) raise(SIGUSR1);
    pthread_t thread;
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, (size_t)sysconf(_SC_THREAD_STACK_MIN));
    pthread_create(&thread, &small, work, NULL);
    pthread_join(thread, NULL);
    return 0;
}
