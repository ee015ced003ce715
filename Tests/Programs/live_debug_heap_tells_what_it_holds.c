// Proves that a debug heap publishes what is asked for, the pages that hold blocks and its records, with their peaks, while the
// program runs, where blocks lie, and its large blocks.
// env: SWIFTMALLOC_LIVE=1 SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_LIVE=1 SWIFTMALLOC_LEAKS=1
// also: DEBUG=1
#include "../../CShims/include/swiftmalloc.h"
#include "live_file.h"
#pragma weak swiftmalloc_debug_statistics

static const struct swiftmalloc_live_large *rowOf(const Header *header, const void *address) {
    const struct swiftmalloc_live_large *rows = (const void *)((const char *)header + header->large_offset);
    for (size_t i = 0; i < header->large_row_end; i++)
        if (rows[i].address == (uint64_t)(uintptr_t)address) return rows + i;
    return NULL;
}

static void largeBlocks(const Header *header) {
    uint64_t before = header->large_count;
    char *large = malloc(5 * MIB + 1), *other = malloc(300000);
    const struct swiftmalloc_live_large *row = rowOf(header, large);
    CHECK(row && row->requested_bytes == 5 * MIB + 1 && row->given_bytes >= 5 * MIB + 1, "no row for a large block");
    CHECK(rowOf(header, other) && header->large_count == before + 2, "%ld large blocks", (long)header->large_count);
    other = realloc(other, 9 * MIB);
    CHECK(rowOf(header, other) && rowOf(header, other)->requested_bytes == 9 * MIB, "realloc is not followed");
    free(large);
    CHECK(!rowOf(header, large) && header->large_count == before + 1, "a freed block has a row");
    other = realloc(other, 100);
    CHECK(!rowOf(header, other) && header->large_count == before, "a short block has a row");
    free(other);
}

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
    const struct swiftmalloc_live_arena *arenas = (const void *)((const char *)header + header->arena_offset);
    for (int i = 0; i < 20000; i += 100) {
        uint64_t address = (uint64_t)(uintptr_t)blocks[i], within = 0;
        for (size_t k = 0; k < header->arena_count; k++) within |= address - arenas[k].start < arenas[k].committed_bytes;
        // The last few may not be told of yet.
        CHECK(within || i > 19800, "block %d is in none of %ld arenas", i, (long)header->arena_count);
    }
    largeBlocks(header);
    for (int i = 0; i < 20000; i++) free(blocks[i]);
    CHECK(amountOf(header, SWIFTMALLOC_LIVE_REQUESTED).peak >= requested.now, "no peak");
    for (int i = 0; i < SWIFTMALLOC_LIVE_QUANTITIES; i++) {
        int isTold = i == SWIFTMALLOC_LIVE_REQUESTED || i == SWIFTMALLOC_LIVE_RESIDENT || i == SWIFTMALLOC_LIVE_OVERHEAD;
        // The page heap below the debug heap's records is not one of the debug heap's own.
        CHECK(isTold || i == SWIFTMALLOC_LIVE_METADATA || amountOf(header, i).peak == 0, "quantity %d", i);
    }
    return 0;
}
