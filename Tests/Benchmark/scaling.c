// What grows with the heap or with the threads, for Scripts/scaling.sh:
//
//   scaling heap MIB PAIRS          MIB of blocks of 16 to 512 bytes; then PAIRS of them, at random, are freed and another
//                                   is allocated. Prints ns for each pair, and ns for a look at a random block alone:
//                                   what the processor's caches ask for, whoever allocates
//   scaling own THREADS STEPS       each thread replaces random blocks of its own
//   scaling latency THREADS STEPS   the time of each single call while all threads replace blocks, one in four by way of a
//                                   place that all share, so that another thread frees it. Prints microseconds, the 99.99th
//                                   percentile and the most, of the threads' first 1000 steps and of the later ones
//   scaling nothing THREADS STEPS   the same without a call: what the clock and the scheduler add to each
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include "workload.h"

enum { places = 1000, sharedPlaces = 256, maximumThreads = 512, looks = 64 };
enum { firstMalloc, firstFree, laterMalloc, laterFree, kinds };
static const char *const names[kinds] = {"first-malloc", "first-free", "later-malloc", "later-free"};
// Up to 2^40 ns, in sixteenths of a power of two.
enum { parts = 16, bins = 40 * parts };
struct times { uint32_t count[kinds][bins]; uint64_t most[kinds]; };
struct worker { pthread_t thread; struct times times; long interrupted; uint64_t seed; };

static long steps;
static int callsNothing;
static _Atomic(char *) shared[sharedPlaces];

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}
static long interruptions(void) {
    struct rusage usage;
    getrusage(RUSAGE_THREAD, &usage);
    return usage.ru_nivcsw;
}

// Seconds of this process' own: other processes take turns.
static double processorSeconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int bin(uint64_t ns) {
    if (ns < parts) return (int)ns;
    int power = 63 - __builtin_clzll(ns);
    int place = (power - 3) * parts + (int)(ns >> (power - 4) & (parts - 1));
    return place < bins ? place : bins - 1;
}
// The least time in a bin.
static uint64_t least(int bin) { return bin < parts ? (uint64_t)bin : (uint64_t)(parts + bin % parts) << (bin / parts - 1); }

// A call in which the scheduler gave the processor to another thread tells little about the allocator, and is left out; one
// that waited by itself is not.
static void note(struct worker *worker, int kind, uint64_t ns) {
    if (ns > 10000) {
        long before = worker->interrupted;
        if ((worker->interrupted = interruptions()) != before) return;
    }
    worker->times.count[kind][bin(ns)]++;
    if (ns > worker->times.most[kind]) worker->times.most[kind] = ns;
}

static size_t anySize(struct random *random) {
    uint32_t kind = next(random) % 1024;
    return kind < 960 ? between(random, 16, 512) : kind < 1020 ? between(random, 512, 16384) : between(random, 16384, 500000);
}
static char *timedTake(struct worker *worker, int kind, size_t size) {
    uint64_t begin = now();
    char *block = callsNothing ? NULL : malloc(size);
    note(worker, kind, now() - begin);
    if (!callsNothing) use(block, size);
    return block;
}
static void timedDrop(struct worker *worker, int kind, char *block) {
    uint64_t begin = now();
    if (!callsNothing) free(block);
    note(worker, kind, now() - begin);
}

static void *watch(void *argument) {
    struct worker *worker = argument;
    struct random random = {worker->seed};
    char *blocks[places] = {0};
    for (long i = 0; i < steps; i++) {
        // Kept fresh, or an interruption long ago would be taken for one of the next slow call.
        if (i % looks == 0) worker->interrupted = interruptions();
        char *block = timedTake(worker, i < places ? firstMalloc : laterMalloc, anySize(&random));
        char **place = &blocks[below(&random, places)], *old;
        if (i % 4) old = *place, *place = block;
        else old = atomic_exchange(&shared[below(&random, sharedPlaces)], block);
        if (old || callsNothing) timedDrop(worker, i < places ? firstFree : laterFree, old);
    }
    for (int i = 0; i < places; i++) free(blocks[i]);
    return NULL;
}

static void *replace(void *argument) {
    struct random random = {((struct worker *)argument)->seed};
    struct piece pieces[places] = {0};
    for (long i = 0; i < steps; i++) {
        struct piece *piece = &pieces[below(&random, places)];
        drop(piece);
        *piece = take(between(&random, 16, 512));
    }
    for (int i = 0; i < places; i++) drop(&pieces[i]);
    return NULL;
}

static void tell(const struct times *times, int kind) {
    uint64_t sum = 0, seen = 0;
    int place = 0;
    for (int i = 0; i < bins; i++) sum += times->count[kind][i];
    while (place < bins - 1 && (seen += times->count[kind][place]) < sum - sum / 10000) place++;
    printf("%s %.2f %.2f\n", names[kind], (double)least(place) / 1e3, (double)times->most[kind] / 1e3);
}

static void threads(long count, void *(*work)(void *)) {
    if (count > maximumThreads) fail("scaling: at most 512 threads");
    static struct worker workers[maximumThreads];
    for (long n = 0; n < count; n++) {
        workers[n].seed = (uint64_t)n;
        if (pthread_create(&workers[n].thread, NULL, work, &workers[n])) fail("no thread");
    }
    for (long n = 0; n < count; n++) pthread_join(workers[n].thread, NULL);
    for (int i = 0; i < sharedPlaces; i++) free(shared[i]);
    if (work != watch) return;
    static struct times all;
    for (int kind = 0; kind < kinds; kind++) {
        for (long n = 0; n < count; n++) {
            for (int i = 0; i < bins; i++) all.count[kind][i] += workers[n].times.count[kind][i];
            if (workers[n].times.most[kind] > all.most[kind]) all.most[kind] = workers[n].times.most[kind];
        }
        tell(&all, kind);
    }
}

static void heap(long mebibytes, long pairs) {
    enum { smallest = 16, largest = 512 };
    struct random random = {1};
    size_t count = ((size_t)mebibytes << 20) / ((smallest + largest) / 2);
    // Not from the heap that is measured.
    char **blocks = mmap(NULL, count * sizeof *blocks, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (blocks == MAP_FAILED) fail("no memory");
    for (size_t i = 0; i < count; i++) {
        size_t size = between(&random, smallest, largest);
        if (!(blocks[i] = malloc(size))) fail("no memory");
        blocks[i][0] = blocks[i][size - 1] = 1;
    }
    double looking = 0, replacing = 0;
    // The first time the caches are filled, and the blocks' order is still that of their addresses.
    for (int round = 0; round < 2; round++) {
        looking = processorSeconds();
        for (long i = 0; i < pairs; i++) {
            char *block = blocks[below(&random, count)];
            size_t size = between(&random, smallest, largest);
            block[0] = (char)size;
        }
        looking = processorSeconds() - looking;
        replacing = processorSeconds();
        for (long i = 0; i < pairs; i++) {
            char **place = &blocks[below(&random, count)];
            size_t size = between(&random, smallest, largest);
            free(*place);
            if (!(*place = malloc(size))) fail("no memory");
            **place = (char)size;
        }
        replacing = processorSeconds() - replacing;
    }
    printf("pair %.1f\nlook %.1f\n", replacing / (double)pairs * 1e9, looking / (double)pairs * 1e9);
}

int main(int count, char **arguments) {
    const char *what = count > 1 ? arguments[1] : "";
    long first = argument(count, arguments, 2, 64);
    steps = argument(count, arguments, 3, 100000);
    callsNothing = !strcmp(what, "nothing");
    if (!strcmp(what, "heap")) heap(first, steps);
    else if (!strcmp(what, "own")) threads(first, replace);
    else if (!strcmp(what, "latency") || callsNothing) threads(first, watch);
    else fail("scaling: heap MIB PAIRS, or own, latency or nothing THREADS STEPS");
    return 0;
}
