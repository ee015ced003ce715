// Proves that a profile tells what each heap of the program's own holds, by the label `heap`, until its blocks are freed one by one,
// all at once, or with the heap; a deleted heap's blocks keep the label. A bump heap's are told by its chunks.
// env: SWIFTMALLOC_PROFILE={TMP}/p SWIFTMALLOC_PROFILE_INTERVAL=16k SWIFTMALLOC_PROFILE_SEED=1
// env: SWIFTMALLOC_PROFILE={TMP}/p SWIFTMALLOC_PROFILE_INTERVAL=16k SWIFTMALLOC_PROFILE_SEED=2 SWIFTMALLOC_LIVE=1
// expect: exit 0
// stderr-none
// link: {LIBRARY}
// production-only: the debug heap is not sampled
#include "heap.h"
#include "profile.h"

enum { EXAMPLES = 6, BLOCKS = 12000 };
static const struct { const char *name; unsigned flags; size_t limit; } examples[EXAMPLES] = {
    {"local", SWIFTMALLOC_HEAP_LOCAL, 0}, {"shared", 0, 0}, {"of a limit", 0, 256 * MIB},
    {"bump", SWIFTMALLOC_HEAP_LOCAL | SWIFTMALLOC_HEAP_BUMP, 0}, {"shared bump", SWIFTMALLOC_HEAP_BUMP, 0}, {NULL, SWIFTMALLOC_HEAP_LOCAL, 0},
};
static void *blocks[BLOCKS];

static double fillHeap(swiftmalloc_heap *own) {
    static const size_t lengths[] = {16, 100, 500, 2000, 9000, 40000};
    uint64_t seed = 1;
    double held = 0;
    for (int i = 0; i < BLOCKS; i++) {
        size_t size = lengths[nextRandom(&seed) % 1000 * (i % 8 ? 5 : 6) / 1000];
        CHECK(blocks[i] = swiftmalloc_heap_malloc(own, size), "no block");
        held += (double)size;
    }
    return held;
}

static double liveBytes(const char *name) {
    double sums[PROFILE_VALUES];
    profileNow();
    profileLabelSums("heap", name ? name : "unnamed", sums);
    return sums[LIVE_BYTES];
}

static void expect(const char *name, double held) {
    double told = liveBytes(name);
    CHECK(held ? isAbout(told, held, 0.1) : told == 0, "%s: %.0f bytes, and %.0f in the profile", name, held, told);
}

int main(void) {
    swiftmalloc_heap *heaps[EXAMPLES];
    double held[EXAMPLES];
    for (int kind = 0; kind < EXAMPLES; kind++) {
        heaps[kind] = heap(examples[kind].flags, examples[kind].name, examples[kind].limit);
        held[kind] = fillHeap(heaps[kind]);
        expect(examples[kind].name, held[kind]);
        if (examples[kind].flags & SWIFTMALLOC_HEAP_BUMP) continue;
        for (int i = 0; i < BLOCKS; i++) free(blocks[i]);
        expect(examples[kind].name, 0);
        fillHeap(heaps[kind]);
    }
    for (int kind = 0; kind < EXAMPLES; kind++) {
        expect(examples[kind].name, held[kind]);
        swiftmalloc_heap_free_all(heaps[kind]);
        expect(examples[kind].name, 0);
        fillHeap(heaps[kind]);
        if (kind % 2) {
            swiftmalloc_heap_destroy(heaps[kind]);
        } else {
            swiftmalloc_heap_delete(heaps[kind]);
            expect(examples[kind].name, held[kind]);
            for (int i = 0; i < BLOCKS; i++) free(blocks[i]);
        }
        expect(examples[kind].name, 0);
    }
    swiftmalloc_heap *chosen = heap(0, "chosen", 0), *before = swiftmalloc_heap_set_current(chosen);
    for (int i = 0; i < 40000; i++) hide(malloc(1000));
    swiftmalloc_heap_set_current(before);
    expect("chosen", 4e7);
    swiftmalloc_heap_destroy(chosen);
    double all[PROFILE_VALUES], thread[PROFILE_VALUES], process[PROFILE_VALUES];
    hide(malloc(8 * MIB));
    profileNow();
    profileSums(NULL, NULL, all);
    profileLabelSums("thread", "profile_tells_h", thread);
    profileLabelSums("heap", "process", process);
    CHECK(all[ALLOCATED_BYTES] == thread[ALLOCATED_BYTES], "the label thread");
    CHECK(all[LIVE_BYTES] == process[LIVE_BYTES] && process[LIVE_BYTES] >= 8 * MIB, "the label heap of the process' heap");
    return 0;
}
