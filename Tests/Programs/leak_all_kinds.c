// Proves that LEAKS=all also lists what is reachable, after what is lost, and counts all kinds exactly.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 150 bytes in 2 blocks$
// stderr-count: 1
// report: ^Direct leak of 100 byte\(s\) in 1 object\(s\) allocated from:$
// report: ^Indirect leak of 50 byte\(s\) in 1 object\(s\) allocated from:$
// report: ^Possible leak of 70 byte\(s\) in 1 object\(s\) allocated from:$
// report: ^ +#0 0x[0-9a-f]+ in build +.*{FILE}:{LINE:possible}$
// report: ^Still reachable: 1200 byte\(s\) in 4 object\(s\) allocated from:$
// report: ^ +#0 0x[0-9a-f]+ in build +.*{FILE}:{LINE:reachable}$
// report: ^  definitely lost: 100 bytes in 1 block$
// report: ^  indirectly lost: 50 bytes in 1 block$
// report: ^  possibly lost: 70 bytes in 1 block$
// report: ^  still reachable: 1200 bytes in 4 blocks$
// report: ^  suppressed: 0 bytes in 0 blocks$
// report: ^SUMMARY: swiftmalloc: 150 byte\(s\) leaked in 2 allocation\(s\)\.$
// env: SWIFTMALLOC_LEAKS=all
// env: SWIFTMALLOC_LEAKS=all SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_LEAKS=all SWIFTMALLOC_DEBUG=guard
#include "leak.h"
static void *reachable[4];
static char *possible;

HELPER void build(void) {
    void **lost = hide(malloc(100));
    fill(lost, 100, 0);
    lost[3] = malloc(50);
    possible = (char *)malloc(70) + 32;                         // possible
    for (int i = 0; i < 4; i++) reachable[i] = malloc(300);     // reachable
}

int main(void) {
    away(build);
    return possible == NULL || reachable[3] == NULL;
}
