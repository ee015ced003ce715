// Work of mixed sizes whose blocks cross threads: each thread replaces blocks of its own, of 16 bytes to 16 KiB, and one time
// in four swaps one with a block in a table that all share. So every thread frees its own and others', in between each other.
//
//   traffic THREADS THOUSANDS     (defaults: 2 4000: thousands of blocks for each thread)
#include <pthread.h>
#include <stdatomic.h>
#include "workload.h"

enum { places = 1000, shared = 512, maximumThreads = 256 };
// A block tells its size itself, as whoever frees it does not know. Both ends alone are written.
struct message { size_t size; char rest[]; };
static _Atomic(struct message *) table[shared];
static long steps;

static struct message *make(size_t size) {
    struct message *message = malloc(size);
    if (!message) fail("no memory");
    ((char *)message)[size - 1] = (char)size;
    message->size = size;
    return message;
}

static void end(struct message *message) {
    if (!message) return;
    size_t size = message->size;
    if (((char *)message)[size - 1] != (char)size) fail("a block's contents changed");
    free(message);
}

static void *work(void *argument) {
    struct random source = {(uint64_t)(uintptr_t)argument};
    struct message *messages[places] = {NULL};
    for (long i = 0; i < steps; i++) {
        struct message **place = &messages[below(&source, places)];
        end(*place);
        *place = make(logarithmic(&source, 4, 14));
        if (next(&source) % 4 == 0) *place = atomic_exchange(&table[below(&source, shared)], *place);
    }
    for (int k = 0; k < places; k++) end(messages[k]);
    return NULL;
}

int main(int count, char **arguments) {
    long threads = argument(count, arguments, 1, 2);
    steps = 1000 * argument(count, arguments, 2, 4000);
    if (threads > maximumThreads) fail("traffic: at most 256 threads");
    pthread_t running[maximumThreads];
    for (long n = 0; n < threads; n++)
        if (pthread_create(&running[n], NULL, work, (void *)(uintptr_t)n)) fail("no thread");
    for (long n = 0; n < threads; n++) pthread_join(running[n], NULL);
    for (int k = 0; k < shared; k++) end(table[k]);
    return 0;
}
