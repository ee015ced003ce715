// Proves that a second free in a thread with the smallest stack is reported and does not overflow it.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \([0-9]+-byte block\),
// arguments: SIZE=32 SIZE=200000
// also: DEBUG=1
#include <pthread.h>
#include "check.h"
ARGUMENT(int, SIZE)
static void *block;

static void *work(void *unused) {
    free(block);
    free(hide(block));
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_attr_t small;
    block = announce(malloc(SIZE));
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, (size_t)sysconf(_SC_THREAD_STACK_MIN));
    pthread_create(&thread, &small, work, NULL);
    pthread_join(thread, NULL);
    return 0;
}
