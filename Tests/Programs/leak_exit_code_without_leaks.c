// Proves that LEAK_EXIT_CODE does not act on a process that lost nothing, in whatever way it ends.
// expect: exit 5
// stderr-none
// arguments: HOW=0 HOW=1 HOW=2 HOW=3 HOW=4 HOW=5 HOW=6
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23
// env: SWIFTMALLOC_LEAKS=all SWIFTMALLOC_LEAK_EXIT_CODE=23 SWIFTMALLOC_LOG=/dev/null
#include "leak.h"
ARGUMENT(int, HOW)
static void *held;

HELPER void build(void) { held = make(1000); }

int main(void) {
    away(build);
    endBy(HOW, 5);
    return held != NULL ? 5 : 1;
}
