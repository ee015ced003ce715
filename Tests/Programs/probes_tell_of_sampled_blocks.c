// Proves that OpenTelemetry's probes tell a reader that attaches to a running process of sampled blocks, in the registers that a call
// would use. The weights come to the bytes that were allocated and that live, each free is of a block that was told, and nothing
// is told before somebody attaches, nor afterwards.
// env: SWIFTMALLOC_PROFILE_INTERVAL=16k SWIFTMALLOC_PROFILE_SEED=1
// env: SWIFTMALLOC_PROFILE_INTERVAL=16k SWIFTMALLOC_PROFILE_SEED=2 SWIFTMALLOC_LIVE=1
// env: SWIFTMALLOC_PROFILE_INTERVAL=16k SWIFTMALLOC_PROFILE_SEED=3 SWIFTMALLOC_PROFILE={TMP}/p
// expect: exit 0
// stderr-none
// link: -lpthread
// production-only: the debug heap is not sampled
#include "probes.h"

#include <pthread.h>
#include <sys/mman.h>

enum { BLOCKS = 120000, LIVE_LIMIT = 1 << 20 };
static const size_t sizes[] = {16, 40, 100, 600, 3000, 9000, 40000, 300000};

// Written by the child.
static struct { double allocated, live; } *exact;
static void *blocks[BLOCKS];
static size_t lengths[BLOCKS];

static void note(int index, void *block, size_t size) {
    blocks[index] = hide(block);
    lengths[index] = size;
    exact->allocated += (double)size;
    exact->live += (double)size;
}

static void *allocate(void *seedOf) {
    uint64_t seed = (uint64_t)(uintptr_t)seedOf;
    for (int i = 0; i < BLOCKS; i++) {
        uint64_t drawn = nextRandom(&seed);
        size_t size = sizes[drawn % 7 + (drawn >> 20) % 50 / 49];
        note(i, malloc(size), size);
        if (i % 10 == 0) {
            exact->live -= (double)size;
            size = size / 8 * 7 + 1;
            note(i, realloc(blocks[i], size), size);
        }
        if (i % 3) exact->live -= (double)lengths[i], free(blocks[i]), blocks[i] = NULL;
    }
    return NULL;
}

static void *release(void *unused) {
    for (int i = 0; i < BLOCKS; i += 2) {
        if (blocks[i]) exact->live -= (double)lengths[i];
        free(blocks[i]);
    }
    return unused;
}

static void inThread(void *(*body)(void *), void *argument) {
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, body, argument) == 0, "no thread");
    pthread_join(thread, NULL);
}

static void child(void) {
    letTrace();
    allocate((void *)5);
    release(NULL);
    exact->allocated = exact->live = 0;
    raise(ATTACH);
    inThread(allocate, (void *)7);
    inThread(release, NULL);
    raise(DETACH);
    for (int i = 0; i < BLOCKS; i++) free(hide(malloc(100)));
    _exit(0);
}

// What the probes have told.
static struct { uintptr_t address; double weight; } live[LIVE_LIMIT];
static double allocated, alive;
static int samples, frees;

static size_t placeOf(uintptr_t address) {
    size_t place = address / 16 % LIVE_LIMIT;
    while (live[place].address && live[place].address != address) place = (place + 1) % LIVE_LIMIT;
    return place;
}

static void isNew(uintptr_t block, uint64_t size, double weight) {
    size_t place = placeOf(block);
    CHECK(live[place].weight == 0, "%lx is told twice", (unsigned long)block);
    CHECK(weight >= (double)size && weight <= 16500 + (double)size, "%lu bytes stand for %f", (unsigned long)size, weight);
    live[place].address = block, live[place].weight = weight;
    allocated += weight, alive += weight, samples++;
}

static void isFreed(uintptr_t block) {
    size_t place = placeOf(block);
    // Of a block that was sampled before, for the profile.
    if (live[place].weight == 0) CHECK(getenv("SWIFTMALLOC_PROFILE"), "nobody told of %lx", (unsigned long)block);
    alive -= live[place].weight, live[place].weight = 0, frees++;
}

static void hit(int number, const uint64_t arguments[3]) {
    if (number == 0) isNew(arguments[0], arguments[1], (double)arguments[2]);
    else isFreed(arguments[0]);
}

int main(void) {
    struct probe alloc = findProbe("otel_memory", "alloc"), end = findProbe("otel_memory", "free");
    CHECK(!strcmp(alloc.arguments, PROBE_ARGUMENTS_3) && !strcmp(end.arguments, PROBE_ARGUMENTS_1), "arguments %s, and %s",
          alloc.arguments, end.arguments);
    CHECK(alloc.semaphore && end.semaphore && *alloc.semaphore == 0 && *end.semaphore == 0, "semaphores");
    exact = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pid_t id = fork();
    if (id == 0) child();
    traceProbes(id, (struct probe[]){alloc, end}, 2, hit);
    printf("%d samples, %d frees: %.0f of %.0f bytes allocated, %.0f of %.0f live\n", samples, frees, allocated, exact->allocated,
           alive, exact->live);
    CHECK(samples > 1000 && frees > 500, "%d samples", samples);
    CHECK(allocated > exact->allocated * 0.96 && allocated < exact->allocated * 1.04, "%f bytes allocated", allocated);
    CHECK(alive > exact->live * 0.95 && alive < exact->live * 1.05, "%f bytes in use", alive);
    return 0;
}
