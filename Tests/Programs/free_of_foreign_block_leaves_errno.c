// Proves that free keeps errno for blocks of another thread, living and ended.
// expect: exit 0
// stderr-none
// arguments: SIZE=24 SIZE=3000 SIZE=60000 SIZE=300000
// also: DEBUG=1
#include <pthread.h>
#include "check.h"
ARGUMENT(int, SIZE)
static void *blocks[3000];

static void *allocate(void *unused) {
    for (int i = 0; i < 3000; i++) blocks[i] = malloc(SIZE);
    return unused;
}

static void *release(void *unused) {
    errno = 5555;
    for (int i = 0; i < 1500; i++) {
        free(blocks[i]);
        CHECK(errno == 5555, "free of a living thread's block %d", i);
    }
    return unused;
}

int main(void) {
    pthread_t thread;
    allocate(NULL);
    pthread_create(&thread, NULL, release, NULL);
    pthread_join(thread, NULL);
    for (int i = 1500; i < 3000; i++) free(blocks[i]);
    pthread_create(&thread, NULL, allocate, NULL);
    pthread_join(thread, NULL);
    errno = 6666;
    for (int i = 0; i < 3000; i++) {
        free(blocks[i]);
        CHECK(errno == 6666, "free of an ended thread's block %d", i);
    }
    return 0;
}
