// Many more threads than cores, all at work at once on blocks of mixed sizes of their own; one in sixteen blocks goes
// through a place that all share, and is freed by whoever finds it there.
//
//   crowd THREADS STEPS     (defaults: 64 60000; steps of each thread)
#include <pthread.h>
#include <stdatomic.h>
#include "workload.h"

enum { maximumThreads = 512, places = 200, sharedPlaces = 64 };
struct note { size_t size; char rest[]; };
static _Atomic(struct note *) shared[sharedPlaces];
static long steps;

static size_t anySize(struct random *source) {
    uint32_t kind = next(source) % 256;
    return kind < 224 ? between(source, 16, 512) : kind < 254 ? between(source, 512, 8192) : between(source, 8192, 100000);
}

static void *work(void *argument) {
    struct random source = {(uint64_t)(uintptr_t)argument};
    struct piece pieces[places] = {0};
    for (long i = 0; i < steps; i++) {
        if (i % 16 == 0) {
            struct piece piece = take(anySize(&source));
            struct note *note = (struct note *)piece.block;
            note->size = piece.size;
            note = atomic_exchange(&shared[below(&source, sharedPlaces)], note);
            if (note && (note->size < 16 || note->size > 100000)) fail("a block's contents changed");
            free(note);
            continue;
        }
        struct piece *piece = &pieces[below(&source, places)];
        drop(piece);
        *piece = take(anySize(&source));
    }
    for (int k = 0; k < places; k++) drop(&pieces[k]);
    return NULL;
}

int main(int count, char **arguments) {
    long threads = argument(count, arguments, 1, 64);
    steps = argument(count, arguments, 2, 60000);
    if (threads > maximumThreads) fail("crowd: at most 512 threads");
    pthread_t running[maximumThreads];
    for (long n = 0; n < threads; n++)
        if (pthread_create(&running[n], NULL, work, (void *)(uintptr_t)n)) fail("no thread");
    for (long n = 0; n < threads; n++) pthread_join(running[n], NULL);
    for (int k = 0; k < sharedPlaces; k++) free(shared[k]);
    return 0;
}
