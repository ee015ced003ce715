// Proves that the ledger adds up to what the kernel holds: in every phase of a program `resident` has grown by as much as
// the process' anonymous memory (/proc/self/smaps_rollup) since the start, within 2 % or 256 KiB, and is the sum of its lines.
// env: SWIFTMALLOC_STATS=1 SWIFTMALLOC_LOG={TMP}/log
// env: SWIFTMALLOC_STATS=1 SWIFTMALLOC_LOG={TMP}/log SWIFTMALLOC_PURGE_DELAY=0
// env: SWIFTMALLOC_LIVE=1 SWIFTMALLOC_PURGE_DELAY=-1
// env: SWIFTMALLOC_LIVE=1 SWIFTMALLOC_CLASS_STEPS=1
// env: SWIFTMALLOC_HUGE_PAGES=always
// env:
// production-only: the debug heap's ledger is of pages that may be touched
// also: LIVE=1
#include <pthread.h>
#include <sys/utsname.h>
#include "../../CShims/include/swiftmalloc.h"
#include "check.h"
#pragma weak swiftmalloc_statistics
enum { count = 60000 };
static void *blocks[count];
static long residentAtStart, anonymousAtStart;
static struct swiftmalloc_statistics_lines lines;

static long anonymous(void) {
    static char text[4096];
    int file = open("/proc/self/smaps_rollup", O_RDONLY | O_CLOEXEC);
    CHECK(file >= 0 && read(file, text, sizeof text - 1) > 0, "no smaps_rollup");
    close(file);
    return 1024 * atol(strstr(text, "Anonymous:") + 10);
}

static void phase(const char *name) {
    CHECK(swiftmalloc_statistics(&lines) == 1, "no statistics");
    long held = anonymous() - anonymousAtStart, said = lines.resident - residentAtStart, allowed = held / 50;
    CHECK(lines.resident == lines.requested + lines.rounding + lines.thread_caches + lines.central_lists + lines.free_spans
              + lines.purgeable + lines.metadata + lines.huge_pages + lines.untouched, "%s: not the sum", name);
    if (allowed < 256 << 10) allowed = 256 << 10;
    dprintf(1, "%-24s held %11ld, ledger %11ld, requested %11zd\n", name, held, said, lines.requested);
    CHECK(labs(said - held) <= allowed, "%s: the kernel holds %ld, the ledger says %ld", name, held, said);
}

// Whether the kernel tells the page of zeros from others (ioctl PAGEMAP_SCAN, Linux 6.7).
static int knowsPageOfZeros(void) {
    struct utsname name;
    int major = 0, minor = 0;
    CHECK(uname(&name) == 0 && sscanf(name.release, "%d.%d", &major, &minor) == 2, "no version");
    return major > 6 || (major == 6 && minor >= 7);
}

static void *thread(void *size) {
    for (int i = 0; i < 2000; i++) blocks[i] = memset(malloc((size_t)size), 1, (size_t)size);
    for (int i = 0; i < 2000; i += 2) free(blocks[i]), blocks[i] = NULL;
    return NULL;
}

static void *larger(void *block, size_t size) { return memset(realloc(block, size), 2, size); }

int main(void) {
    if (!swiftmalloc_statistics) SKIP("without the library there is no ledger");
    swiftmalloc_statistics(&lines);  // resident before the start: its code's own data, the page for text
    memset(blocks, 1, sizeof blocks), memset(blocks, 0, sizeof blocks), anonymous(), dprintf(1, "start\n");
    swiftmalloc_statistics(&lines);
    residentAtStart = lines.resident, anonymousAtStart = anonymous();
    for (int i = 0; i < count; i++) blocks[i] = memset(malloc(16 + i % 1000), 1, 16 + i % 1000);
    phase("small, touched");
    for (int i = 0; i < count; i += 2) free(blocks[i]);
    phase("half of them freed");
    for (int i = 1; i < count; i += 2) free(blocks[i]);
    phase("all of them freed");
    for (int i = 0; i < 300; i++) blocks[i] = malloc(30000);
    phase("small, not touched");
    for (int i = 0; i < 300; i++) blocks[i] = larger(blocks[i], 100000);
    phase("medium, touched");
    void *large = memset(malloc(50 * MIB), 1, 20 * MIB), *zero = calloc(1, 40 * MIB), *aligned = memalign(8 * MIB, 12 * MIB);
    phase("large, part touched");
    if (knowsPageOfZeros()) {
        char *onlyRead = calloc(1, 60 * MIB), sum = 0;
        for (size_t i = 0; i < 60 * MIB; i += 4096) sum |= onlyRead[i];
        phase("large, only read");
        CHECK(!sum, "calloc gave what is not zero");
        free(onlyRead);
    }
    large = larger(large, 80 * MIB);
    phase("large, grown by realloc");
    large = realloc(large, 10 * MIB);
    phase("large, shrunk");
    for (int i = 0; i < 300; i++) free(blocks[i]);
    free(large), free(zero), free(aligned);
    phase("freed");
    malloc_trim(0);
    phase("trimmed");
    pthread_t id;
    for (size_t i = 1; i <= 8; i++) pthread_create(&id, NULL, thread, (void *)(i * 300)), pthread_join(id, NULL);
    phase("threads ended");
    for (int i = 0; i < count; i++) blocks[i] = calloc(1, 24);
    phase("calloc of small blocks");
    usleep(1100000), free(malloc(9 * MIB)), free(malloc(1000));
    phase("after the purge delay");
    return 0;
}
