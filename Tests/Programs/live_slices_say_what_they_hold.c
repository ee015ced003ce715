// Proves that the published row of each slice says what the slice holds: small blocks, medium blocks, nothing; also in a child of
// fork, whose rows are its own.
// env: SWIFTMALLOC_LIVE=1
// env: SWIFTMALLOC_LIVE=1 SWIFTMALLOC_PURGE_DELAY=0
// production-only: a debug heap has no slices of this kind
#include <sys/wait.h>
#include "live_file.h"
enum { count = 3000, mediums = 40 };
static char *blocks[count], *medium[mediums];

static int kindAt(const Header *header, const void *address) {
    uint64_t index = ((uint64_t)(uintptr_t)address - header->slice_start) >> 16;
    CHECK(header->slice_count > index, "%p is in no row", address);
    return ((const unsigned char *)header)[header->slice_offset + index];
}

static uint64_t rowsOf(const Header *header, int kind) {
    const unsigned char *rows = (const unsigned char *)header + header->slice_offset;
    uint64_t sum = 0;
    for (uint64_t i = 0; i < header->slice_count; i++) sum += rows[i] == kind;
    return sum;
}

static void look(const char *when) {
    const Header *header = countersOf(getpid());
    CHECK(header && header->process_id == getpid(), "%s: no counters of this process", when);
    for (int i = 0; i < count; i++)
        CHECK(kindAt(header, blocks[i]) == SWIFTMALLOC_LIVE_SLICE_SMALL, "%s: block %d", when, i);
    for (int i = 0; i < mediums; i++)
        for (size_t at = 0; at < 200000; at += 65536)
            CHECK(kindAt(header, medium[i] + at) == SWIFTMALLOC_LIVE_SLICE_MEDIUM, "%s: medium block %d + %zu", when, i, at);
    uint64_t used = rowsOf(header, SWIFTMALLOC_LIVE_SLICE_SMALL) + rowsOf(header, SWIFTMALLOC_LIVE_SLICE_MEDIUM)
        + rowsOf(header, SWIFTMALLOC_LIVE_SLICE_STASHED) + rowsOf(header, SWIFTMALLOC_LIVE_SLICE_METADATA);
    CHECK(used * 65536 == amountOf(header, SWIFTMALLOC_LIVE_USED).now, "%s: %ld slices in use", when, (long)used);
    CHECK(rowsOf(header, SWIFTMALLOC_LIVE_SLICE_SMALL) * 65536 == amountOf(header, SWIFTMALLOC_LIVE_SMALL_SPANS).now,
          "%s: spans", when);
    CHECK(rowsOf(header, SWIFTMALLOC_LIVE_SLICE_STASHED) * 65536 == amountOf(header, SWIFTMALLOC_LIVE_STASHED).now,
          "%s: stashed slices", when);
    munmap((void *)header, header->file_bytes);
}

int main(void) {
    for (int i = 0; i < count; i++) blocks[i] = malloc(16 + i % 2000);
    for (int i = 0; i < mediums; i++) medium[i] = malloc(200000);
    look("at first");
    for (int i = 0; i < mediums; i += 2) medium[i] = realloc(medium[i], 600000);
    for (int i = 0; i < mediums; i += 3) free(medium[i]), medium[i] = malloc(250000);
    for (int i = 0; i < mediums; i += 2) medium[i] = realloc(medium[i], 250000);
    look("resized");
    for (int round = 0; round < 3; round++) {
        pid_t child = fork();
        CHECK(child >= 0, "no fork");
        if (child == 0) {
            look("in the child");
            for (int i = 0; i < count; i++) free(blocks[i]), blocks[i] = malloc(3000);
            look("later in the child");
            _exit(7);
        }
        int status;
        CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 7, "status %x", status);
        look("in the parent");
    }
    const Header *header = countersOf(getpid());
    for (int i = 0; i < mediums; i++) {
        free(medium[i]);
        CHECK(kindAt(header, medium[i]) == SWIFTMALLOC_LIVE_SLICE_FREE, "freed medium block %d", i);
    }
    return 0;
}
