// Proves that calloc's memory is zero where a shrinking or growing realloc, malloc_trim or another thread left dirt before.
// expect: exit 0
// stderr-none
// arguments: SIZE=200 SIZE=9000 SIZE=300000 SIZE=3000000
// also: DEBUG=1 LIVE=1
#include <pthread.h>
#include "check.h"
ARGUMENT(int, SIZE)

static void *dirty(void *unused) {
    for (int i = 0; i < 40; i++) {
        char *block = malloc(SIZE);
        fill(block, SIZE, 0xa5);
        block = realloc(block, i % 2 ? SIZE / 4 + 1 : SIZE * 3);
        fill(block, i % 2 ? SIZE / 4 + 1 : SIZE * 3, 0x5a);
        free(block);
    }
    return unused;
}

int main(void) {
    for (int round = 0; round < 10; round++) {
        pthread_t thread;
        dirty(NULL);
        pthread_create(&thread, NULL, dirty, NULL);
        pthread_join(thread, NULL);
        if (round % 2) malloc_trim(0);
        char *blocks[20];
        for (int i = 0; i < 20; i++) {
            size_t size = (size_t)SIZE * (size_t)(i % 4 + 1) / 2;
            blocks[i] = calloc(size, 1);
            CHECK(blocks[i] && filled(blocks[i], size, 0), "round %d: calloc(%zu) is not zero", round, size);
        }
        for (int i = 0; i < 20; i++) free(blocks[i]);
    }
    return 0;
}
