// What one pair of malloc and free costs, called by name in one thread, as programs do: the loop and the jumps of the
// procedure linkage table are part of it. Prints the first decile of SLICES slices of PAIRS pairs, by the thread's own
// processor time: other work on the machine disturbs most slices, but not all. To count instructions, run one slice of n pairs
// and one of 2n: the difference is n pairs without start-up.
//
//   nanoseconds hot PAIRS [SLICES]       one block of 64 bytes
//   nanoseconds batch PAIRS [SLICES]     1000 of 64 bytes, freed in another order
//   nanoseconds lifo PAIRS [SLICES]      100 of 48 bytes, last allocated first freed
//   nanoseconds mixed PAIRS [SLICES]     1024 live blocks of 4 bytes to 32 KiB by an inverse square law, replaced at random
//
// Without SLICES it is one.
#include "workload.h"

enum { places = 1024, many = 1000, few = 100, tableSize = 4096, maximumSlices = 1000 };
static char *blocks[places];
// Made before the clock runs.
static uint16_t sizes[tableSize], order[tableSize], permutation[many];

static void hot(long pairs) {
    for (long i = 0; i < pairs; i++) {
        char *block = malloc(64);
        *block = 1;
        free(block);
    }
}

static void batch(long pairs) {
    for (long i = 0; i < pairs; i += many) {
        for (int k = 0; k < many; k++) *(blocks[k] = malloc(64)) = 1;
        for (int k = 0; k < many; k++) free(blocks[permutation[k]]);
    }
}

static void lifo(long pairs) {
    for (long i = 0; i < pairs; i += few) {
        for (int k = 0; k < few; k++) *(blocks[k] = malloc(48)) = 1;
        for (int k = few; k-- > 0;) free(blocks[k]);
    }
}

static void mixed(long pairs) {
    for (long i = 0; i < pairs; i++) {
        char **place = &blocks[order[i % tableSize]];
        free(*place);
        // Another size comes to each place each time round.
        *place = malloc(sizes[(i + i / tableSize) % tableSize]);
    }
}

static double ownSeconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int ascending(const void *a, const void *b) { return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b); }

int main(int count, char **arguments) {
    static const struct { const char *name; void (*run)(long pairs); } patterns[] = {{"hot", hot}, {"batch", batch}, {"lifo", lifo}, {"mixed", mixed}};
    long pairs = argument(count, arguments, 2, 100000), slices = argument(count, arguments, 3, 1);
    if (slices > maximumSlices) fail("nanoseconds: at most 1000 slices");
    struct random source = {1};
    for (int i = 0; i < tableSize; i++) {
        sizes[i] = (uint16_t)inverseSquare(&source, 4, 32768);
        order[i] = (uint16_t)below(&source, places);
    }
    // 379 has no divisor in common with 1000, so that each place comes once.
    for (int k = 0; k < many; k++) permutation[k] = (uint16_t)(k * 379 % many);

    static double times[maximumSlices];
    for (size_t k = 0; k < sizeof patterns / sizeof *patterns; k++) {
        if (count < 2 || strcmp(arguments[1], patterns[k].name)) continue;
        for (long n = 0; n < slices; n++) {
            double begin = ownSeconds();
            patterns[k].run(pairs);
            times[n] = (ownSeconds() - begin) / (double)pairs * 1e9;
        }
        qsort(times, (size_t)slices, sizeof *times, ascending);
        printf("%.3f\n", times[slices / 10]);
        return 0;
    }
    fail("nanoseconds: hot, batch, lifo or mixed");
}
