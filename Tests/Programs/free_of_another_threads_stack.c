// Proves that an address on the stack of another thread, or of the thread itself, is reported.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: invalid-free on address {ADDRESS}( |,|$)
// arguments: FROM=0 FROM=1
// also: DEBUG=1
#include <pthread.h>
#include "check.h"
ARGUMENT(int, FROM)
static pthread_barrier_t barrier;
static void *address;

static void *work(void *unused) {
    char array[1000] __attribute__((aligned(16)));
    fill(array, sizeof array, 1);
    address = announce(array);
    if (FROM == 1) free(address);
    pthread_barrier_wait(&barrier);
    while (1) pause();
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_barrier_init(&barrier, NULL, 2);
    pthread_create(&thread, NULL, work, NULL);
    pthread_barrier_wait(&barrier);
    free(hide(address));
    _exit(0);
}
