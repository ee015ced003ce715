// Proves that a freed guarded block stays inaccessible while 400 others are allocated and freed, and that its address comes again.
// env: SWIFTMALLOC_GUARD_SAMPLE=1
// expect: exit 0
// stderr-none
// production-only: the debug heap is not sampled
#include "guarded.h"

static NOINLINE char *allocate(void) { return hide(malloc(32)); }

// Of the blocks in between every second one is at the other edge of its page: GUARDED frees it, and it is not counted here. So 400
// are 200, give or take ten.
enum { others = 160 };

int main(void) {
    char *first = GUARDED(allocate(), 32, 1);
    free(first);
    int between = 0;
    for (int i = 0; i < 100000; i++) {
        char *next = GUARDED(allocate(), 32, 1);
        if (next == first) {
            CHECK(between >= others, "used again after %d others", between);
            return 0;
        }
        if (between < others) CHECK(isInaccessible(first), "accessible after %d others", between);
        free(next);
        between++;
    }
    CHECK(0, "never used again");
}
