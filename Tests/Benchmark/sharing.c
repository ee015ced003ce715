// False sharing, after Berger and others (Hoard, 2000). cache-thrash: each thread allocates a small block, writes into it
// again and again, and frees it; an allocator that hands pieces of one cache line to two threads makes both wait (active
// false sharing). cache-scratch: the main thread allocates the first blocks, side by side, and hands one to each thread,
// which frees it before it goes on so; an allocator that gives the piece back to that thread makes it share the line for
// good (passive false sharing).
//
//   sharing thrash|scratch THREADS ROUNDS     (defaults: thrash 2 200000; rounds of each thread)
#include <pthread.h>
#include "workload.h"

enum { maximumThreads = 64, objectSize = 8, writes = 400 };
static long rounds;
static pthread_barrier_t start;

static void *work(void *argument) {
    free(argument);
    pthread_barrier_wait(&start);
    for (long i = 0; i < rounds; i++) {
        volatile char *object = malloc(objectSize);
        if (!object) fail("no memory");
        for (int k = 0; k < writes; k++) object[k % objectSize]++;
        free((void *)object);
    }
    return NULL;
}

int main(int count, char **arguments) {
    int scratch = count > 1 && !strcmp(arguments[1], "scratch");
    long threads = argument(count, arguments, 2, 2);
    rounds = argument(count, arguments, 3, 200000);
    if (threads > maximumThreads) fail("sharing: at most 64 threads");
    pthread_barrier_init(&start, NULL, (unsigned)threads);
    pthread_t running[maximumThreads];
    char *objects[maximumThreads] = {0};
    for (long n = 0; n < threads && scratch; n++) use(objects[n] = malloc(objectSize), objectSize);
    for (long n = 0; n < threads; n++)
        if (pthread_create(&running[n], NULL, work, objects[n])) fail("no thread");
    for (long n = 0; n < threads; n++) pthread_join(running[n], NULL);
    return 0;
}
