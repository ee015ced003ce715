// Pairs of malloc and free of one block, in loops of one size each: the hottest path there is.
//
//   pairs THOUSANDS [THREADS]     (default 1500: thousands of pairs of each size in each thread; one thread)
#include <pthread.h>
#include "workload.h"

static const size_t sizes[] = {16, 24, 40, 64, 112, 256, 600, 1500, 5000, 20000};

static long pairs;

static void *work(void *unused) {
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        for (long i = 0; i < pairs; i++) {
            char *block = malloc(sizes[k]);
            if (!block) fail("no memory");
            // Both ends alone: filling it would be what is measured.
            block[0] = block[sizes[k] - 1] = 1;
            free(block);
        }
    }
    return unused;
}

int main(int count, char **arguments) {
    enum { most = 64 };
    pthread_t others[most];
    long threads = argument(count, arguments, 2, 1);
    pairs = 1000 * argument(count, arguments, 1, 1500);
    if (threads > most) fail("pairs: at most 64 threads");
    for (long n = 1; n < threads; n++)
        if (pthread_create(&others[n], NULL, work, NULL)) fail("no thread");
    work(NULL);
    for (long n = 1; n < threads; n++) pthread_join(others[n], NULL);
    return 0;
}
