// What the programs of a program's own heaps (heap_….c) use.
#ifndef HEAP_H
#define HEAP_H

#include <pthread.h>

#include "../../CShims/include/swiftmalloc.h"
#include "check.h"

// A heap with these flags, name and limit.
static inline swiftmalloc_heap *heap(unsigned flags, const char *name, size_t limit) {
    swiftmalloc_heap_options options = {.size = sizeof options, .name = name, .limit = limit, .flags = flags};
    swiftmalloc_heap *new = swiftmalloc_heap_new(&options);
    CHECK(new != NULL, "flags %u, limit %zu", flags, limit);
    return new;
}

// Every kind: shared, local, and both as bump heaps.
static const unsigned kinds[] = {0, SWIFTMALLOC_HEAP_LOCAL, SWIFTMALLOC_HEAP_BUMP,
                                 SWIFTMALLOC_HEAP_LOCAL | SWIFTMALLOC_HEAP_BUMP};
enum { KINDS = 4 };

// The block, filled.
static inline unsigned char *full(void *block, size_t size, int byte) {
    CHECK(block, "no block of %zu bytes", size);
    fill(block, size, byte);
    return (unsigned char *)block;
}

// Runs a function in another thread, to its end.
static inline void inThread(void *(*body)(void *), void *argument) {
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, body, argument) == 0, "no thread");
    pthread_join(thread, NULL);
}

static const size_t sizes[] = {0, 1, 16, 24, 100, 1000, 1024, 1025, 5000, 32768, 32769, 100000, 262144, 300000, 5000000};
enum { SIZES = sizeof sizes / sizeof *sizes };

#endif
