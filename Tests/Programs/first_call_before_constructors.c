// Proves that blocks can be had before any constructor: from .preinit_array and from constructors of the earliest priority.
// expect: exit 0
// stderr-none
// also: DEBUG=1
#include "check.h"
static void *blocks[300];
static int next;

static void allocate(void) {
    for (int i = 0; i < 100; i++, next++) {
        blocks[next] = malloc((size_t)next * 100);
        CHECK(blocks[next] != NULL, "no block %d", next);
        fill(blocks[next], (size_t)next * 100, next);
        free(realloc(calloc(10, 10), 1000));
    }
}

__attribute__((section(".preinit_array"), used)) static void (*const earliest)(void) = allocate;
__attribute__((constructor(101))) static void early(void) { allocate(); }
__attribute__((constructor)) static void later(void) { allocate(); }

int main(void) {
    CHECK(next == 300, "%d of 300 blocks were made before main", next);
    for (int i = 0; i < 300; i++) {
        CHECK(filled(blocks[i], (size_t)i * 100, i), "block %d changed", i);
        free(blocks[i]);
    }
    return 0;
}
