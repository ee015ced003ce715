// A general allocation workout: every function, many sizes, contents verified. The same seed gives the same trace.
#ifndef WORKOUT_H
#define WORKOUT_H
#include "check.h"

static inline size_t workoutSize(uint64_t *random) {
    uint64_t kind = nextRandom(random) % 100;
    if (kind < 70) return nextRandom(random) % 512;
    if (kind < 96) return nextRandom(random) % 32768;
    return nextRandom(random) % 600000;
}

static inline void workout(uint64_t seed, int steps) {
    struct { void *block; size_t size; int byte; } slots[200];
    uint64_t random = seed * 2654435761u + 88172645463325252u;
    memset(slots, 0, sizeof slots);
    for (int step = 0; step < steps; step++) {
        int at = (int)(nextRandom(&random) % 200);
        if (slots[at].block != NULL) {
            CHECK(filled(slots[at].block, slots[at].size, slots[at].byte), "step %d: %zu bytes changed", step, slots[at].size);
            if (nextRandom(&random) % 3 != 0) {
                free(slots[at].block);
                slots[at].block = NULL;
                continue;
            }
            size_t size = workoutSize(&random) + 1, kept = size < slots[at].size ? size : slots[at].size;
            slots[at].block = realloc(slots[at].block, size);
            CHECK(slots[at].block != NULL, "step %d: realloc to %zu", step, size);
            CHECK(filled(slots[at].block, kept, slots[at].byte), "step %d: realloc lost contents", step);
            slots[at].size = size;
        } else {
            size_t size = workoutSize(&random);
            uint64_t kind = nextRandom(&random) % 10;
            size_t alignment = 16;
            if (kind < 2) {
                slots[at].block = calloc(size, 1);
                CHECK(slots[at].block && filled(slots[at].block, size, 0), "step %d: calloc(%zu) not zero", step, size);
            } else if (kind == 2) {
                alignment = (size_t)16 << (nextRandom(&random) % 9);
                slots[at].block = aligned_alloc(alignment, size);
            } else {
                slots[at].block = malloc(size);
            }
            CHECK(slots[at].block != NULL, "step %d: no block of %zu", step, size);
            CHECK((uintptr_t)slots[at].block % alignment == 0, "step %d: %p for %zu", step, slots[at].block, size);
            CHECK(malloc_usable_size(slots[at].block) >= size, "step %d: usable size of %zu", step, size);
            slots[at].size = size;
        }
        slots[at].byte = (int)(nextRandom(&random) & 255);
        fill(slots[at].block, slots[at].size, slots[at].byte);
    }
    for (int at = 0; at < 200; at++) free(slots[at].block);
}
#endif
