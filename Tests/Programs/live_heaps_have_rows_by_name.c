// Proves that a process that publishes its counters tells of each heap of its own by name: what its blocks take, at most and now,
// its limit, and nothing of it any more when it has ended; a child of fork, too.
// env: SWIFTMALLOC_LIVE=1
// link: {LIBRARY}
// also: DEBUG=1
#include <sys/wait.h>
#include "live_file.h"
#include "heap.h"
typedef struct swiftmalloc_live_heap Heap;

static const Heap *rowOf(const Header *header, const char *name) {
    for (uint64_t i = 0; i < header->heap_row_end; i++) {
        const Heap *row = (const Heap *)((const char *)header + header->heap_offset + i * header->heap_stride);
        if (row->handle && strcmp(row->name, name) == 0) return row;
    }
    return NULL;
}

static void looks(pid_t process, swiftmalloc_heap *parser) {
    const Header *header = countersOf(process);
    CHECK(header, "no file");
    const Heap *row = rowOf(header, "parser"), *frame = rowOf(header, "frame");
    CHECK(row && frame, "no row");
    CHECK(row->handle == (uintptr_t)parser && row->limit == 64 * MIB && row->flags == SWIFTMALLOC_HEAP_LOCAL, "another heap");
    CHECK(frame->limit == UINT64_MAX && frame->flags == (SWIFTMALLOC_HEAP_LOCAL | SWIFTMALLOC_HEAP_BUMP), "another heap");
    CHECK(row->used_bytes >= 1000000 && row->used_bytes < 2 * MIB, "%lu bytes", (unsigned long)row->used_bytes);
    CHECK(row->peak_bytes >= 11000000 && row->peak_bytes < 16 * MIB, "at most %lu bytes", (unsigned long)row->peak_bytes);
}

int main(void) {
    swiftmalloc_heap *parser = heap(SWIFTMALLOC_HEAP_LOCAL, "parser", 64 * MIB);
    swiftmalloc_heap *frame = heap(SWIFTMALLOC_HEAP_LOCAL | SWIFTMALLOC_HEAP_BUMP, "frame", 0);
    void *block = swiftmalloc_heap_malloc(parser, 10000000);
    for (int i = 0; i < 1000; i++) hide(swiftmalloc_heap_malloc(parser, 1000));
    hide(swiftmalloc_heap_malloc(frame, 50));
    free(block);
    looks(getpid(), parser);
    int status = -1;
    pid_t child = fork();
    if (child == 0) looks(getpid(), parser), _exit(0);
    CHECK(waitpid(child, &status, 0) == child && status == 0, "the child ended with %x", status);
    const Header *header = countersOf(getpid());
    swiftmalloc_heap_destroy(parser);
    CHECK(!rowOf(header, "parser") && rowOf(header, "frame"), "a heap that ended");
    parser = heap(0, "another", 0);
    CHECK(rowOf(header, "another")->used_bytes <= MIB && rowOf(header, "another")->peak_bytes <= MIB, "the old one's bytes");
    for (int i = 0; i < 3000; i++) swiftmalloc_heap_destroy(heap(0, "short", 0));
    CHECK(header->heaps_unlisted == 0 && header->heap_row_end < 10, "rows of heaps that ended are lost");
    return 0;
}
