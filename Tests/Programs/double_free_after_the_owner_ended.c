// Proves that a second free is found for a block whose thread has ended.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: (double-free|invalid-free) on address {ADDRESS}( \([0-9]+-byte block\))?(,|$)
// variants: SIZE=32 SIZE=3000 SIZE=200000 SIZE=5000000
#include <pthread.h>
#include "check.h"

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
