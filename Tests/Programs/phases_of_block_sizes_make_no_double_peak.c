// Proves that what one kind of blocks has freed makes room for the next kind: phases of 100 MB of large, small and medium
// blocks, each freed whole, have a peak near that of one phase. In one thread, and in a new thread for each phase.
// expect: exit 0
// stderr-none
// arguments: THREADS=0
// arguments: THREADS=1
// env:
// env: SWIFTMALLOC_PURGE_DELAY=250
// production-only: a debugging heap keeps freed memory from reuse
#include <pthread.h>
#include <sys/resource.h>
#include "check.h"
ARGUMENT(int, THREADS)

static void *phase(void *argument) {
    size_t size = *(size_t *)argument, count = 100 * MIB / size;
    char **blocks = malloc(count * sizeof *blocks);
    for (size_t i = 0; i < count; i++) fill(blocks[i] = malloc(size), size, 1);
    for (size_t i = 0; i < count; i++) free(blocks[i]);
    free(blocks);
    return NULL;
}

int main(void) {
    size_t sizes[] = {100 * MIB, 64, 100000, 3 * MIB, 20 * MIB, 5000, 700000, 50 * MIB};
    for (int i = 0; i < 16; i++) {
        pthread_t thread;
        if (!THREADS) phase(&sizes[i % 8]);
        if (THREADS && !pthread_create(&thread, NULL, phase, &sizes[i % 8])) pthread_join(thread, NULL);
    }
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    CHECK(usage.ru_maxrss < 145 * 1024, "%ld kB were resident", usage.ru_maxrss);
    return 0;
}
