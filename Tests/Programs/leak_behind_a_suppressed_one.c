// Proves that what a suppressed leak leads to is suppressed with it: children, chains, cycles, what it points into, also when the
// child is elsewhere a leak of its own. What leads to it is not.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 500 bytes in 1 blocks?$
// stderr-count: 1
// report: ^Direct leak of 500 byte\(s\) in 1 object\(s\) allocated from:$
// report: ^  definitely lost: 500 bytes in 1 blocks?$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report: ^  suppressed: 1121 bytes in 6 blocks$
// report: ^  1020 bytes in 5 blocks behind these$
// report-not: (Direct|Indirect) leak of ([0-46-9]|[0-9]{1,2}|5[1-9][0-9]) byte
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23 SWIFTMALLOC_DEBUG=guard
// expect: exit 23
// not-compared: Valgrind loses sight of a process that starts itself once more
#include "leak.h"

HELPER void **suppressed_parent(size_t size) {
    void **parent = make(size);
    return hide(parent);
}
HELPER void build(void) {
    void **parent = suppressed_parent(101);
    void **chain = parent[0] = make(202);
    void **cycle = chain[0] = make(203);
    chain[1] = make(204);
    cycle[0] = chain, cycle[1] = cycle;
    parent[1] = (char *)make(205) + 24;  // into the middle
    parent[2] = make(206);
    // A leak of its own that leads to a suppressed one.
    void **other = make(500);
    other[3] = hide(parent), other[4] = hide(cycle);
    hide(other);
}

int main(void) {
    startWithFile("SWIFTMALLOC_SUPPRESSIONS", "leak:suppressed_parent\nleak:never\n");
    away(build);
    return 0;
}
