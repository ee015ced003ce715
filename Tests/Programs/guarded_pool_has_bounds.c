// Proves that a stack has one live guarded block, that half of the pool is the most that live, that the block freed first is used again
// first, and that the statistics count what was not guarded.
// env: SWIFTMALLOC_GUARD_SAMPLE=1 SWIFTMALLOC_STATS=1
// expect: exit 0
// report: ^guarded blocks: 256 live, [0-9]+ in all; not guarded: [1-9][0-9]* of a stack with one, [1-9][0-9]* with a full pool, [1-9][0-9]* too long, 0 refused$
// production-only: the debug heap is not sampled
#include "guarded.h"

static NOINLINE void *one(void) { return hide(malloc(32)); }

// Each depth is a stack of its own.
static NOINLINE void *deep(int depth) {
    void *block = depth == 0 ? malloc(32) : deep(depth - 1);
    return hide(block);
}
// Two ways at each of ten levels: 1024 stacks, short enough for all of their frames.
static NOINLINE void *choose(int bits, int level) {
    if (level == 10) return hide(malloc(32));
    void *block = bits >> level & 1 ? choose(bits, level + 1) : NULL;
    if (!block) block = choose(bits, level + 1);
    return hide(block);
}

int main(void) {
    int count = 0;
    for (int i = 0; i < 100; i++) count += isGuarded(one());
    CHECK(count == 1, "%d live blocks of one stack", count);
    (void)deep(3);
    for (int bits = 0; bits < 1024; bits++) count += isGuarded(choose(bits, 0));
    CHECK(count <= 256, "%d live", count);
    free(hide(malloc(5000)));
    return 0;
}
