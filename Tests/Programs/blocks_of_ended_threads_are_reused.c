// Proves that blocks which ended threads left behind can be read, grown and freed by others, and that their memory is reused.
// expect: exit 0
// stderr-none
// production-only: the debug heap keeps freed memory in quarantine
// also: LIVE=1
#include <pthread.h>
#include "check.h"
enum { count = 4000 };

static void *leave(void *argument) {
    void **blocks = malloc(count * sizeof *blocks);
    for (int i = 0; i < count; i++) {
        blocks[i] = malloc((size_t)i + 8);
        fill(blocks[i], (size_t)i + 8, i);
    }
    return argument ? blocks : blocks;
}

int main(void) {
    size_t before = 0;
    for (int round = 0; round < 300; round++) {
        if (round == 20) before = resident();
        pthread_t thread;
        void *result;
        CHECK(pthread_create(&thread, NULL, leave, NULL) == 0, "round %d", round);
        pthread_join(thread, &result);
        void **blocks = result;
        for (int i = 0; i < count; i++) {
            CHECK(filled(blocks[i], (size_t)i + 8, i), "round %d: block %d changed", round, i);
            if (i % 10 == 0) {
                blocks[i] = realloc(blocks[i], (size_t)i * 2 + 8);
                CHECK(filled(blocks[i], (size_t)i + 8, i), "round %d: block %d lost in realloc", round, i);
            }
            free(blocks[i]);
        }
        free(blocks);
    }
    CHECK(resident() < before + 24 * MIB, "grew by %zu over 280 rounds of 8 MiB", resident() - before);
    return 0;
}
