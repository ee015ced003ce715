// Proves that the published counters are exact: a random trace of every function that allocates and frees, by four threads
// that free each other's blocks, from 0 bytes to 5 MB, against a model of calls, bytes and peaks for each thread and class;
// threads that have ended leave all of it in row 0.
// env: SWIFTMALLOC_LIVE=1
// env: SWIFTMALLOC_LIVE=1 SWIFTMALLOC_CLASS_STEPS=1
// env: SWIFTMALLOC_LIVE=1 SWIFTMALLOC_CLASS_STEPS=8 SWIFTMALLOC_PURGE_DELAY=0
// env: SWIFTMALLOC_LIVE=1 SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_LIVE=1 SWIFTMALLOC_LEAKS=1
// arguments: STEPS=12000
// arguments-all: STEPS=60000
// timeout: 60
// also: DEBUG=1
#include <pthread.h>
#include <semaphore.h>
#include "debug.h"
#include "live_file.h"
ARGUMENT(int, STEPS)
enum { threads = 4, slots = 300, classes = SWIFTMALLOC_LIVE_CLASSES };
static struct { char *block; size_t size, class; } live[slots];
static Counts model[threads][classes];
static const Row *rows[threads];
static const Header *header;
static sem_t turn[threads], done;
static volatile int isOver;
static size_t pick(size_t limit) { static uint64_t random = 11; return nextRandom(&random) % limit; }

// What a thread asked for and gave back of a class; a peak is taken where it may have risen.
static void count(Counts *own, size_t class, int allocations, int frees, size_t asked, size_t given) {
    Counts *counts = &own[class], change = {allocations, frees, asked, given};
    addCounts(counts, &change);
    int64_t net = (int64_t)(counts->requested_bytes - counts->returned_bytes);
    if (net > counts->peak_bytes) counts->peak_bytes = net;
}

static char *allocate(size_t size, size_t alignment) {
    void *block = NULL;
    switch (pick(10)) {
        case 0: return calloc(1, size);
        case 1: return posix_memalign(&block, alignment, size) ? NULL : block;
        case 2: return aligned_alloc(alignment, size);
        case 3: return isDebug() ? memalign(64, size) : ((void *(*)(size_t))function("_Znwm"))(size);
        case 4: return realloc(NULL, size);
        default: return malloc(size);
    }
}

static void step(Counts *own) {
    static const size_t limits[] = {100, 300, 300, 2000, 40000, 40000, 900000, 5000000};
    size_t at = pick(slots), size = pick(limits[pick(8)]), was = live[at].size;
    char *old = live[at].block, *new = NULL;
    if (!old) new = allocate(size, (size_t)16 << pick(13));
    else if (pick(3) && size) new = realloc(old, size);
    else if (pick(4) == 0) new = realloc(old, size = 0);
    else if (pick(3) == 0 && !isDebug()) ((void (*)(void *))function("_ZdlPv"))(old);
    else free(old);
    live[at].block = new, live[at].size = size;
    if (old && new == old && !isDebug()) {
        count(own, live[at].class, 0, 0, size > was ? size - was : 0, was > size ? was - size : 0);
        return;
    }
    if (old) count(own, live[at].class, 0, 1, 0, was);
    // Of the production heap that of the block, which an alignment may have made longer.
    if (new) count(own, live[at].class = classOf(header, isDebug() ? size : malloc_usable_size(new)), 1, 0, size, 0);
}

static void *work(void *argument) {
    intptr_t self = (intptr_t)argument;
    free(malloc(1));
    rows[self] = rowOfThread(header, gettid());
    CHECK(rows[self], "the thread has no row");
    memcpy(model[self], classesOf(rows[self]), sizeof model[self]);
    for (sem_post(&done); sem_wait(&turn[self]), !isOver; sem_post(&done)) step(model[self]);
    return NULL;
}

int main(void) {
    pthread_t thread[threads];
    CHECK((header = countersOf(getpid())), "no file");
    for (intptr_t i = 0; i < threads; i++) {
        CHECK(!pthread_create(&thread[i], NULL, work, (void *)i), "no thread");
        sem_wait(&done);
    }
    for (int i = 0; i < STEPS; i++) {
        size_t who = pick(threads);
        sem_post(&turn[who]), sem_wait(&done);
        CHECK(memcmp(model[who], classesOf(rows[who]), sizeof model[who]) == 0, "thread %zu, step %d", who, i);
    }
    Counts before = sumOfAll(header), after;
    isOver = 1;
    for (int i = 0; i < threads; i++) sem_post(&turn[i]), pthread_join(thread[i], NULL);
    after = sumOfAll(header);
    CHECK(memcmp(&before, &after, sizeof before) == 0, "ended threads took %ld calls along", (long)(before.allocation_count - after.allocation_count));
    return 0;
}
