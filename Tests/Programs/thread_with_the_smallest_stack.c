// Proves that a thread with the smallest stack the system allows calls every function, with every kind of size.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
#include <limits.h>
#include <pthread.h>
#include "check.h"

static void *work(void *argument) {
    for (size_t size = 1; size < 4000000; size = size * 3 + 1) {
        char *block = malloc(size), *zero = calloc(size, 1), *aligned = memalign(4096, size);
        block = realloc(block, size * 3);
        zero = realloc(zero, size / 2 + 1);
        CHECK(block && zero && aligned, "size %zu", size);
        block[size * 3 - 1] = aligned[size - 1] = 1;
        free(block), free(zero), free(aligned);
    }
    malloc_trim(0);
    mallinfo2();
    return argument;
}

int main(void) {
    pthread_attr_t small;
    pthread_attr_init(&small);
    CHECK(pthread_attr_setstacksize(&small, (size_t)sysconf(_SC_THREAD_STACK_MIN)) == 0, "stack size");
    for (int i = 0; i < 200; i++) {
        pthread_t thread;
        CHECK(pthread_create(&thread, &small, work, NULL) == 0, "thread %d", i);
        pthread_join(thread, NULL);
    }
    return 0;
}
