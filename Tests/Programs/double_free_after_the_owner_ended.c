// Proves that a second free is found for a block whose thread has ended.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \([0-9]+-byte block\),
// arguments: SIZE=32 SIZE=3000 SIZE=200000 SIZE=5000000
// also: DEBUG=1
#include <pthread.h>
#include "check.h"
ARGUMENT(int, SIZE)

static void *own(void *unused) { return malloc(SIZE); }

int main(void) {
    pthread_t thread;
    void *block;
    pthread_create(&thread, NULL, own, NULL);
    pthread_join(thread, &block);
    announce(block);
    free(block);
    free(hide(block));
    return 0;
}
