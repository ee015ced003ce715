// Proves that thousands of threads, one after the other in pairs, leave no memory behind.
// expect: exit 0
// stderr-none
// timeout: 40
// also: DEBUG=1 LIVE=1
#include <pthread.h>
#include "check.h"

static void *work(void *argument) {
    void *blocks[60];
    for (size_t i = 0; i < 60; i++) {
        blocks[i] = malloc(i * i * 9 + 8);
        CHECK(blocks[i] != NULL, "no block");
        fill(blocks[i], 8, 1);
    }
    for (size_t i = 0; i < 60; i++) free(blocks[i]);
    return argument;
}

int main(void) {
    size_t before = 0, beforeVirtual = 0;
    int pairs = isDebug() ? 4000 : 10000;
    for (int i = 0; i < pairs; i++) {
        if (i == 500) before = resident(), beforeVirtual = virtualSize();
        pthread_t first, second;
        CHECK(pthread_create(&first, NULL, work, NULL) == 0 && pthread_create(&second, NULL, work, NULL) == 0, "pair %d", i);
        pthread_join(first, NULL);
        pthread_join(second, NULL);
    }
    CHECK(resident() < before + 8 * MIB + withheld(), "resident memory grew by %zu", resident() - before);
    CHECK(virtualSize() < beforeVirtual + 512 * MIB, "virtual memory grew by %zu", virtualSize() - beforeVirtual);
    return 0;
}
