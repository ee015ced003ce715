// Proves that the function that swiftmalloc_heap_visit calls may free blocks of the heap, that and others, allocate some, free all and end
// the heap: it is told of no freed block and of no new one, and what it does is done.
// expect: exit 0
// link: {LIBRARY}
// also: DEBUG=1 LIVE=1
#include "heap.h"
enum { BLOCKS = 1000 };
static swiftmalloc_heap *own;
static void *blocks[BLOCKS];
static int told;

static void frees(void *block, size_t size, void *how) {
    told++;
    CHECK(size >= 16, "%zu bytes", size);
    if (!how) return free(block);
    // The one before it in the program's table was told already, or is freed before its turn.
    for (int i = 0; i < BLOCKS; i += 2)
        if (blocks[i]) free(blocks[i]), blocks[i] = NULL;
    hide(swiftmalloc_heap_malloc(own, 50));
}
static void freesAll(void *block, size_t size, void *how) {
    (void)block, (void)size;
    if (++told < 3) return;
    how ? swiftmalloc_heap_destroy(own) : swiftmalloc_heap_free_all(own);
}
static void counts(void *block, size_t size, void *count) { (void)block, (void)size, ++*(int *)count; }
static int live(void) {
    int count = 0;
    CHECK(swiftmalloc_heap_visit(own, counts, &count) == 1, "not told of all");
    return count;
}

int main(void) {
    for (int k = 0; k < KINDS; k++)
        for (int step = 0; step < 4; step++) {
            own = heap(kinds[k], "own", 0), told = 0;
            for (int i = 0; i < BLOCKS; i++) blocks[i] = swiftmalloc_heap_malloc(own, i % 100 ? 100 : 300000);
            int isWhole = swiftmalloc_heap_visit(own, step < 2 ? frees : freesAll, step % 2 ? &told : NULL);
            CHECK(isWhole == 1, "kind %d, step %d", k, step);
            if (step == 0) CHECK(told == BLOCKS && live() == 0, "kind %d: %d told, %d live", k, told, live());
            if (step == 1) CHECK(told >= BLOCKS / 2 && told <= BLOCKS / 2 + 1 && live() == BLOCKS / 2 + told, "kind %d: %d told, %d live", k, told, live());
            if (step >= 2) CHECK(told == 3, "kind %d, step %d: %d told", k, step, told);
            if (step == 2) CHECK(live() == 0, "kind %d: %d live", k, live());
            if (step != 3) swiftmalloc_heap_destroy(own);
        }
    return 0;
}
