// The third benchmark of metamalloc's README: four threads, each of which allocates 407100 blocks, writes into them, and
// frees as many that its neighbour allocated, having read them; in 100 steps. Twenty runs of it, 32 million allocations,
// are what that README takes for its figure of memory. Prints the ninth decile of the runs, and VmSize after them.
//
//   cross RUNS     (default 20)
#include <pthread.h>
#include "workload.h"

enum { threadCount = 4, steps = 100, blocksOfAStep = 4071, maximumRuns = 1000 };
static struct piece pieces[threadCount][blocksOfAStep];
static pthread_barrier_t barrier;

static void *work(void *argument) {
    size_t own = (size_t)(uintptr_t)argument;
    struct random source = {own};
    for (int step = 0; step < steps; step++) {
        for (int i = 0; i < blocksOfAStep; i++) pieces[own][i] = take(logarithmic(&source, 4, 9));
        pthread_barrier_wait(&barrier);
        struct piece *others = pieces[(own + 1) % threadCount];
        for (int i = 0; i < blocksOfAStep; i++) drop(&others[i]);
        pthread_barrier_wait(&barrier);
    }
    return NULL;
}

static int ascending(const void *a, const void *b) { return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b); }

static long virtualKiB(void) {
    char text[64] = "";
    int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (file < 0 || read(file, text, sizeof text - 1) <= 0) fail("/proc/self/statm cannot be read");
    close(file);
    return strtol(text, NULL, 10) * (sysconf(_SC_PAGESIZE) / 1024);
}

int main(int count, char **arguments) {
    long runs = argument(count, arguments, 1, 20);
    if (runs > maximumRuns) fail("cross: at most 1000 runs");
    static double times[maximumRuns];
    double all = 0;
    pthread_barrier_init(&barrier, NULL, threadCount);
    for (long run = 0; run < runs; run++) {
        pthread_t threads[threadCount];
        double begin = seconds();
        for (size_t n = 0; n < threadCount; n++)
            if (pthread_create(&threads[n], NULL, work, (void *)(uintptr_t)n)) fail("no thread");
        for (int n = 0; n < threadCount; n++) pthread_join(threads[n], NULL);
        all += times[run] = seconds() - begin;
    }
    qsort(times, (size_t)runs, sizeof *times, ascending);
    printf("time %.6f\nfigure p90_us %.0f\nfigure vmsize_mib %.1f\n", all, times[(runs * 9 + 9) / 10 - 1] * 1e6, (double)virtualKiB() / 1024);
    return 0;
}
