// Proves that a debug heap publishes what is asked for, the pages that hold blocks and its records, with their peaks, while the
// program runs, and the sum and the names of threads.
// env: SWIFTMALLOC_LIVE=1 SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_LIVE=1 SWIFTMALLOC_LEAKS=1
#include "../../CShims/include/swiftmalloc.h"
#include "live_file.h"
#pragma weak swiftmalloc_debug_statistics

int main(void) {
    struct swiftmalloc_debug_statistics said;
    static char *blocks[20000];
    const Header *header = countersOf(getpid());
    for (int i = 0; i < 20000; i++) {
        blocks[i] = memset(malloc(1000), 1, 1000);
        if (i % 1000 == 0) usleep(15000);
    }
    CHECK(swiftmalloc_debug_statistics(&said) == 1, "no debug heap");
    struct swiftmalloc_live_amount requested = amountOf(header, SWIFTMALLOC_LIVE_REQUESTED);
    struct swiftmalloc_live_amount held = amountOf(header, SWIFTMALLOC_LIVE_RESIDENT);
    struct swiftmalloc_live_amount overhead = amountOf(header, SWIFTMALLOC_LIVE_OVERHEAD);
    CHECK(requested.now > said.requested_bytes * 8 / 10 && requested.now <= said.requested_bytes, "%ld asked for", (long)requested.now);
    CHECK(held.now > said.resident_bytes / 2 && held.now <= said.resident_bytes, "%ld resident", (long)held.now);
    CHECK(overhead.now > said.overhead_bytes / 4 && overhead.now <= said.overhead_bytes, "%ld overhead", (long)overhead.now);
    for (int i = 0; i < 20000; i++) free(blocks[i]);
    CHECK(amountOf(header, SWIFTMALLOC_LIVE_REQUESTED).peak >= requested.now, "no peak");
    for (int i = 0; i < SWIFTMALLOC_LIVE_QUANTITIES; i++) {
        int isTold = i == SWIFTMALLOC_LIVE_REQUESTED || i == SWIFTMALLOC_LIVE_RESIDENT || i == SWIFTMALLOC_LIVE_OVERHEAD ||
            i == SWIFTMALLOC_LIVE_LARGE_BYTES;
        // The page heap below the debug heap's records is not one of the debug heap's own.
        CHECK(isTold || i == SWIFTMALLOC_LIVE_METADATA || amountOf(header, i).peak == 0, "quantity %d", i);
    }
    return 0;
}
