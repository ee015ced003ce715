// Proves that a second free is found when another thread makes it.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: (double-free|invalid-free) on address {ADDRESS}( \([0-9]+-byte block\))?(,|$)
// variants: SIZE=32 SIZE=3000 SIZE=200000 SIZE=4000000
#include <pthread.h>
#include "check.h"

static void *second(void *block) {
    free(hide(block));
    return NULL;
}

int main(void) {
    pthread_t thread;
    void *block = announce(malloc(SIZE));
    free(block);
    pthread_create(&thread, NULL, second, block);
    pthread_join(thread, NULL);
    return 0;
}
