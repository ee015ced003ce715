// Proves that new threads get their caches, or do without, when little address space is left.
// expect: exit 0
// stderr-none
// ulimit: -v 131072
// also: DEBUG=1 LIVE=1
#include <pthread.h>
#include "check.h"

static void *work(void *argument) {
    for (int i = 0; i < 500; i++) {
        void *block = malloc((size_t)i * 3);
        CHECK(block != NULL || errno == ENOMEM, "null without ENOMEM");
        free(block);
    }
    return argument;
}

int main(void) {
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 65536);
    for (int round = 0; round < 40; round++) {
        pthread_t threads[20];
        int count = 0;
        while (count < 20 && pthread_create(&threads[count], &small, work, NULL) == 0) count++;
        CHECK(count > 0, "no thread in round %d", round);
        while (count > 0) pthread_join(threads[--count], NULL);
    }
    return 0;
}
