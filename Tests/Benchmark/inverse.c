// Threads with 1024 live blocks each, of 4 bytes to 32 KiB by an inverse square law: half of them have less than 8 bytes, one
// in 250 more than 1000. One is replaced at a time, and one byte of it written: the pair of calls is what is measured.
//
//   inverse THREADS THOUSANDS     (defaults: 1 20000: thousands of blocks for each thread)
#include <pthread.h>
#include "workload.h"

enum { places = 1024, tableSize = 8192, maximumThreads = 256 };
static uint16_t sizes[tableSize];
static long steps;

static void *replace(void *argument) {
    struct random source = {(uint64_t)(uintptr_t)argument};
    char *blocks[places] = {NULL};
    for (long i = 0; i < steps; i++) {
        uint32_t number = next(&source);
        char **place = &blocks[number % places];
        free(*place);
        *place = malloc(sizes[number / places % tableSize]);
        if (!*place) fail("no memory");
        **place = 1;
    }
    for (int k = 0; k < places; k++) free(blocks[k]);
    return NULL;
}

int main(int count, char **arguments) {
    long threads = argument(count, arguments, 1, 1);
    steps = 1000 * argument(count, arguments, 2, 20000);
    if (threads > maximumThreads) fail("inverse: at most 256 threads");
    struct random source = {1};
    for (int i = 0; i < tableSize; i++) sizes[i] = (uint16_t)inverseSquare(&source, 4, 32768);
    // The first is the main thread.
    pthread_t others[maximumThreads];
    for (long n = 1; n < threads; n++)
        if (pthread_create(&others[n], NULL, replace, (void *)(uintptr_t)n)) fail("no thread");
    replace(NULL);
    for (long n = 1; n < threads; n++) pthread_join(others[n], NULL);
    return 0;
}
