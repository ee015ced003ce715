// Proves that the ledger tells what is resident where a filter ends the process for mincore and the kernel is older than 6.7: by
// /proc/self/pagemap, as much as the kernel holds, within 2 % or 256 KiB.
// env: SWIFTMALLOC_STATS=1 SWIFTMALLOC_LOG={TMP}/log
// env: SWIFTMALLOC_LIVE=1
// env:
// production-only: the debug heap's ledger is of pages that may be touched
// also: LIVE=1
#include "../../CShims/include/swiftmalloc.h"
#include "filter.h"
#pragma weak swiftmalloc_statistics
static struct swiftmalloc_statistics_lines lines;
static long residentAtStart, anonymousAtStart;

static long anonymous(void) {
    static char text[4096];
    int file = open("/proc/self/smaps_rollup", O_RDONLY | O_CLOEXEC);
    CHECK(file >= 0 && read(file, text, sizeof text - 1) > 0, "no smaps_rollup");
    close(file);
    return 1024 * atol(strstr(text, "Anonymous:") + 10);
}

static void phase(const char *name) {
    swiftmalloc_statistics(&lines);
    long held = anonymous() - anonymousAtStart, said = lines.resident - residentAtStart, allowed = held / 50;
    if (allowed < 256 << 10) allowed = 256 << 10;
    dprintf(1, "%-20s held %11ld, ledger %11ld\n", name, held, said);
    CHECK(labs(said - held) <= allowed, "%s: the kernel holds %ld, the ledger says %ld", name, held, said);
}

int main(int count, char **arguments) {
    startBehindFilter(arguments);
    if (!swiftmalloc_statistics) SKIP("without the library there is no ledger");
    enum { blockCount = 20000 };
    static void *blocks[blockCount];
    swiftmalloc_statistics(&lines);
    memset(blocks, 1, sizeof blocks), anonymous(), dprintf(1, "start of %d\n", count);
    swiftmalloc_statistics(&lines);
    residentAtStart = lines.resident, anonymousAtStart = anonymous();
    for (int i = 0; i < blockCount; i++) blocks[i] = memset(malloc(16 + i % 1000), 1, 16 + i % 1000);
    phase("small, touched");
    char *large = malloc(64 * MIB);
    memset(hide(large), 1, 10 * MIB);
    phase("large, part touched");
    for (int i = 0; i < blockCount; i++) free(blocks[i]);
    free(large);
    malloc_trim(0);
    phase("freed");
    return 0;
}
