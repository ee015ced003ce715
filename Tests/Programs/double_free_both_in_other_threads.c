// Proves that a second free is found when two threads that live on made the two frees, neither of them the owner.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \([0-9]+-byte block\),
// arguments: SIZE=32 SIZE=3000 SIZE=200000 SIZE=5000000
// also: DEBUG=1
#include <pthread.h>
#include "check.h"
ARGUMENT(int, SIZE)
static pthread_barrier_t barrier;

static void *release(void *block) {
    free(hide(block));
    pthread_barrier_wait(&barrier);
    while (1) pause();
    return NULL;
}

int main(void) {
    pthread_t thread;
    void *block = announce(malloc(SIZE)), *kept = hide(malloc(SIZE));
    pthread_barrier_init(&barrier, NULL, 2);
    for (int i = 0; i < 2; i++) {
        pthread_create(&thread, NULL, release, block);
        pthread_barrier_wait(&barrier);
    }
    free(kept);
    _exit(0);
}
