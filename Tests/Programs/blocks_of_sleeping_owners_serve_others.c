// Proves that memory whose owners sleep for ever becomes reusable when others free all of its blocks.
// expect: exit 0
// stderr-none
// production-only: the debug heap keeps freed memory in quarantine
// arguments: SIZE=48 SIZE=1000 SIZE=20000
// env: SWIFTMALLOC_PURGE_DELAY=50
// also: LIVE=1
#include <pthread.h>
#include "check.h"
ARGUMENT(int, SIZE)
enum { bytes = 32 << 20, owners = 10 };
static void *blocks[bytes / 48];
static pthread_barrier_t barrier;

static void *own(void *unused) {
    for (int i = 0; i < bytes / SIZE; i++) {
        blocks[i] = malloc(SIZE);
        fill(blocks[i], SIZE, 1);
    }
    pthread_barrier_wait(&barrier);
    while (1) pause();
    return unused;
}

int main(void) {
    size_t before = resident(), most = 0;
    pthread_barrier_init(&barrier, NULL, 2);
    for (int i = 0; i < owners; i++) {
        pthread_t owner;
        pthread_create(&owner, NULL, own, NULL);
        pthread_barrier_wait(&barrier);
        if (resident() > most) most = resident();
        for (int j = 0; j < bytes / SIZE; j++) free(blocks[j]);
    }
    CHECK(most < before + 130 * MIB, "%zu resident at most, 32 MiB in use at any time", most - before);
    _exit(0);
}
