// Proves that a second free is found in a thread that is ending, after our own thread's end.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \([0-9]+-byte block\),
// arguments: SIZE=32 SIZE=3000 SIZE=200000
// also: DEBUG=1
#include <pthread.h>
#include "check.h"
ARGUMENT(int, SIZE)
static pthread_key_t key;
static int rounds;

static void end(void *block) {
    pthread_setspecific(key, block);
    if (++rounds < 3) return;
    free(block);
    free(hide(block));
}

static void *work(void *block) {
    pthread_setspecific(key, block);
    return NULL;
}

int main(void) {
    pthread_t thread;
    void *block = announce(malloc(SIZE));
    pthread_key_create(&key, end);
    pthread_create(&thread, NULL, work, block);
    pthread_join(thread, NULL);
    return 0;
}
