// Heaps of a program's own, beside malloc. A library that is preloaded is asked by name for what it has: swiftmalloc_heap_… or
// mi_heap_…. Each figure is the first decile of many rounds, in processor time of the calls alone.
//
//   heaps table KIND     metamalloc's local table: 37 sizes, 900 blocks of each, by one thread. Each block is written and read
//                        between the calls. Prints allocations and deallocations per microsecond
//   heaps arena KIND     10,000 blocks of 16 to 216 bytes, of which the first word is written, then all of them are freed. Prints
//                        nanoseconds of a block
//   heaps destroy COUNT  the end of a local heap with so many blocks. Prints microseconds
//   heaps threads KIND COUNT   so many threads, each with 1000 blocks of its own by turns. Prints nanoseconds of a pair
//
// KIND is malloc, local, huge, bump, inline (bump, compiled into the program), shared, or mimalloc. Status 3: the library has no such heap.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>

#include "../../CShims/include/swiftmalloc.h"
// What swiftmalloc_bump_malloc calls, of a library that may not be there.
#pragma weak swiftmalloc_heap_malloc
#include "workload.h"

enum { sizeCount = 37, blocksOfASize = 900, tableCount = sizeCount * blocksOfASize, arenaCount = 10000, rounds = 60 };

static void *(*allocate)(void *, size_t);
static void (*release)(void *, void *);
static void (*releaseAll)(void *);
static void *heap;
static int isInline;

static void *fromMalloc(void *unused, size_t size) { (void)unused; return malloc(size); }
static void toFree(void *unused, void *block) { (void)unused; free(block); }
static void (*itsFree)(void *);
static void toItsFree(void *unused, void *block) { (void)unused; itsFree(block); }

static void *named(const char *name) {
    void *function = dlsym(RTLD_DEFAULT, name);
    if (!function) exit(3);
    return function;
}

static void choose(const char *kind) {
    allocate = fromMalloc;
    release = toFree;
    if (!strcmp(kind, "malloc")) return;
    if (!strcmp(kind, "mimalloc")) {
        void *(*new)(void) = (void *(*)(void))named("mi_heap_new");
        allocate = (void *(*)(void *, size_t))named("mi_heap_malloc");
        itsFree = (void (*)(void *))named("mi_free");
        release = toItsFree;
        heap = new();
        return;
    }
    isInline = !strcmp(kind, "inline");
    int isBump = isInline || !strcmp(kind, "bump"), isShared = !strcmp(kind, "shared");
    swiftmalloc_heap_options options = {.size = sizeof options, .name = kind};
    options.flags = (isShared ? 0 : SWIFTMALLOC_HEAP_LOCAL) | (isBump ? SWIFTMALLOC_HEAP_BUMP : 0);
    if (!strcmp(kind, "huge")) options.flags |= SWIFTMALLOC_HEAP_HUGE_PAGES;
    allocate = (void *(*)(void *, size_t))named("swiftmalloc_heap_malloc");
    if (!isShared) release = (void (*)(void *, void *))named("swiftmalloc_heap_free");
    if (isBump) releaseAll = (void (*)(void *))named("swiftmalloc_heap_free_all");
    heap = ((void *(*)(const void *))named("swiftmalloc_heap_new"))(&options);
    if (!heap) fail("no heap");
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int byValue(const void *a, const void *b) { return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b); }
static double firstDecile(double *values, int count) {
    qsort(values, (size_t)count, sizeof *values, byValue);
    return values[count / 10];
}

static void table(void) {
    static char *blocks[tableCount];
    double allocating[rounds], freeing[rounds];
    for (int round = 0; round < rounds; round++) {
        double begin = now();
        for (int i = 0; i < tableCount; i++) blocks[i] = allocate(heap, 16 * (1 + (size_t)i % sizeCount));
        allocating[round] = now() - begin;
        for (int i = 0; i < tableCount; i++) {
            size_t size = 16 * (1 + (size_t)i % sizeCount);
            if (!blocks[i]) fail("no memory");
            memset(blocks[i], (char)size, size);
        }
        for (int i = 0; i < tableCount; i++) check(blocks[i], 16 * (1 + (size_t)i % sizeCount));
        begin = now();
        for (int i = 0; i < tableCount; i++) release(heap, blocks[i]);
        freeing[round] = now() - begin;
    }
    printf("%.1f %.1f\n", tableCount / firstDecile(allocating, rounds) / 1e6, tableCount / firstDecile(freeing, rounds) / 1e6);
}

static void arena(void) {
    static char *blocks[arenaCount];
    static size_t sizes[arenaCount];
    double times[rounds];
    for (int i = 0; i < arenaCount; i++) sizes[i] = 16 + (size_t)i * 8 % 208;
    for (int round = 0; round < rounds; round++) {
        double begin = now();
        if (isInline) for (int i = 0; i < arenaCount; i++) *(blocks[i] = swiftmalloc_bump_malloc(heap, sizes[i])) = 1;
        else for (int i = 0; i < arenaCount; i++) *(blocks[i] = allocate(heap, sizes[i])) = 1;
        if (releaseAll) releaseAll(heap);
        else for (int i = 0; i < arenaCount; i++) release(heap, blocks[i]);
        times[round] = now() - begin;
    }
    printf("%.2f\n", firstDecile(times, rounds) / arenaCount * 1e9);
}

static void destroy(long count) {
    void (*end)(void *) = (void (*)(void *))named("swiftmalloc_heap_destroy");
    double times[10];
    for (int round = 0; round < 10; round++) {
        choose("local");
        for (long i = 0; i < count; i++) allocate(heap, 64);
        double begin = now();
        end(heap);
        times[round] = now() - begin;
    }
    printf("%.0f\n", firstDecile(times, 10) * 1e6);
}

static void *pairs(void *result) {
    enum { places = 1000, turns = 200 };
    char *blocks[places] = {0};
    double times[rounds];
    for (int round = 0; round < rounds; round++) {
        double begin = now();
        for (int i = 0; i < places * turns; i++) {
            int place = i * 7 % places;
            if (blocks[place]) release(heap, blocks[place]);
            blocks[place] = allocate(heap, 16 + (size_t)i * 8 % 208);
        }
        times[round] = now() - begin;
    }
    *(double *)result = firstDecile(times, rounds) / (places * turns) * 1e9;
    return NULL;
}

static void threads(int count) {
    pthread_t other[8];
    double taken[8], sum = 0;
    for (int i = 0; i < count; i++) if (pthread_create(&other[i], NULL, pairs, &taken[i])) fail("no thread");
    for (int i = 0; i < count; i++) { pthread_join(other[i], NULL); sum += taken[i]; }
    printf("%.1f\n", sum / count);
}

int main(int count, char **arguments) {
    if (count < 3) return 2;
    if (!strcmp(arguments[1], "destroy")) { destroy(argument(count, arguments, 2, 1)); return 0; }
    choose(arguments[2]);
    if (!strcmp(arguments[1], "table")) table();
    else if (!strcmp(arguments[1], "arena")) arena();
    else threads((int)argument(count, arguments, 3, 1) % 9);
    return 0;
}
