// Proves that bad frees of many threads at the same moment end in one abort and no deadlock.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: invalid-free on address 0x
// also: DEBUG=1 LIVE=1
#include <pthread.h>
#include "check.h"
static pthread_barrier_t barrier;
static char *block;

static void *work(void *argument) {
    pthread_barrier_wait(&barrier);
    free(hide(block + 16 * (uintptr_t)argument));
    return NULL;
}

int main(void) {
    pthread_t threads[8];
    block = malloc(1000);
    pthread_barrier_init(&barrier, NULL, 8);
    for (uintptr_t i = 0; i < 8; i++) pthread_create(&threads[i], NULL, work, (void *)(i + 1));
    for (int i = 0; i < 8; i++) pthread_join(threads[i], NULL);
    return 0;
}
