// Proves that a second free is found when the first was another thread's, at the latest when the owner of the block's
// span next looks at what other threads freed. (A block that is given out again before that cannot be told.)
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \([0-9]+-byte block\),
// arguments: SIZE=32 SIZE=3000 SIZE=200000 SIZE=5000000
// also: DEBUG=1
#include <pthread.h>
#include "check.h"
ARGUMENT(int, SIZE)

static void *first(void *block) {
    free(hide(block));
    return NULL;
}

int main(void) {
    pthread_t thread;
    void *block = announce(malloc(SIZE));
    for (int i = 0; i < 200; i++) hide(malloc(SIZE));
    pthread_create(&thread, NULL, first, block);
    pthread_join(thread, NULL);
    free(hide(block));
    for (int i = 0; i < 5000; i++) hide(malloc(SIZE < 10000 ? SIZE : 1));
    return 0;
}
