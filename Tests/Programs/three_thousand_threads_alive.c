// Proves that 3000 threads alive at once each get their blocks, at less than 64 KiB of resident heap memory for each.
// expect: exit 0
// stderr-none
// timeout: 40
// production-only: the debug heap is bigger
// also: LIVE=1
#include <pthread.h>
#include "check.h"
enum { wanted = 3000 };
static pthread_barrier_t barrier;

static void *work(void *argument) {
    void *blocks[10];
    for (size_t i = 0; i < 10; i++) {
        blocks[i] = malloc(i * 60 + 8);
        CHECK(blocks[i] != NULL, "no block");
        fill(blocks[i], i * 60 + 8, (int)i);
    }
    pthread_barrier_wait(&barrier);  // all are alive
    pthread_barrier_wait(&barrier);  // main has looked
    for (size_t i = 0; i < 10; i++) {
        CHECK(filled(blocks[i], i * 60 + 8, (int)i), "block changed");
        free(blocks[i]);
    }
    return argument;
}

int main(void) {
    static pthread_t threads[wanted];
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 65536 > sysconf(_SC_THREAD_STACK_MIN) ? 65536 : (size_t)sysconf(_SC_THREAD_STACK_MIN));
    pthread_barrier_init(&barrier, NULL, wanted + 1);
    size_t before = resident();
    for (int i = 0; i < wanted; i++)
        if (pthread_create(&threads[i], &small, work, NULL) != 0) SKIP("this system allows only %d threads", i);
    pthread_barrier_wait(&barrier);
    size_t each = (resident() - before) / wanted;
    pthread_barrier_wait(&barrier);
    for (int i = 0; i < wanted; i++) pthread_join(threads[i], NULL);
    CHECK(each < 64 * 1024 + 16 * 1024, "%zu bytes for each thread, of them up to 16 KiB of stack", each);
    return 0;
}
