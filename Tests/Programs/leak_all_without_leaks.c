// Proves that LEAKS=all without a leak says so, lists what is reachable with the totals, and LEAK_EXIT_CODE does not act.
// stderr: ^==[0-9]+==INFO: swiftmalloc: no leaks$
// stderr-count: 1
// report: ^Still reachable: 1200 byte\(s\) in 4 object\(s\) allocated from:$
// report: ^  definitely lost: 0 bytes in 0 blocks$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report: ^  possibly lost: 0 bytes in 0 blocks$
// report: ^  still reachable: 1200 bytes in 4 blocks$
// report: ^  suppressed: 0 bytes in 0 blocks$
// report-not: leak of
// env: SWIFTMALLOC_LEAKS=all SWIFTMALLOC_LEAK_EXIT_CODE=23
// env-all: SWIFTMALLOC_LEAKS=all SWIFTMALLOC_LEAK_EXIT_CODE=23 SWIFTMALLOC_DEBUG=1
#include "leak.h"
static void *reachable[4];

HELPER void build(void) {
    for (int i = 0; i < 4; i++) reachable[i] = malloc(300);
}

int main(void) {
    away(build);
    return reachable[3] == NULL;
}
