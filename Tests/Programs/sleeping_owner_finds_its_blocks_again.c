// Proves that what others freed while the owner slept is reused when it wakes: 30 rounds of 32 MiB in bounded memory.
// expect: exit 0
// stderr-none
// production-only: the debug heap keeps freed memory in quarantine
// arguments: SIZE=48 SIZE=1000 SIZE=20000
// also: LIVE=1
#include <pthread.h>
#include "check.h"
ARGUMENT(int, SIZE)
enum { bytes = 32 << 20 };
static void *blocks[bytes / 48];
static pthread_barrier_t barrier;

static void *own(void *unused) {
    for (int round = 0; round < 30; round++) {
        for (int i = 0; i < bytes / SIZE; i++) {
            blocks[i] = malloc(SIZE);
            fill(blocks[i], 16, 1);
        }
        pthread_barrier_wait(&barrier);  // sleeps while main frees
        pthread_barrier_wait(&barrier);
    }
    return unused;
}

int main(void) {
    pthread_t owner;
    size_t before = resident(), most = 0;
    pthread_barrier_init(&barrier, NULL, 2);
    pthread_create(&owner, NULL, own, NULL);
    for (int round = 0; round < 30; round++) {
        pthread_barrier_wait(&barrier);
        if (resident() > most) most = resident();
        for (int i = 0; i < bytes / SIZE; i++) free(blocks[i]);
        pthread_barrier_wait(&barrier);
    }
    pthread_join(owner, NULL);
    CHECK(most < before + 100 * MIB, "%zu resident for 32 MiB of blocks", most - before);
    return 0;
}
