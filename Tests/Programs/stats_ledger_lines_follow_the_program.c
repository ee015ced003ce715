// Proves that each line of the ledger says what the program did: asked for and rounding to the byte, the others to a page or
// two for each block that they are about.
// env: SWIFTMALLOC_STATS=1 SWIFTMALLOC_LOG={TMP}/log SWIFTMALLOC_PURGE_DELAY=-1
// env: SWIFTMALLOC_LIVE=1 SWIFTMALLOC_PURGE_DELAY=-1 SWIFTMALLOC_CLASS_STEPS=8
// production-only: a debug heap's ledger has other lines
// also: LIVE=1
#include <pthread.h>
#include "../../CShims/include/swiftmalloc.h"
#include "check.h"
#pragma weak swiftmalloc_statistics
enum { count = 20000 };
static char *blocks[count];
static struct swiftmalloc_statistics_lines was, now;

// By how much a line has changed since the last look, against what the program knows.
#define GREW(line, expected, allowed)                                                                          \
    CHECK(labs((long)(now.line - was.line) - (long)(expected)) <= (long)(allowed), #line " grew by %ld, not %ld", \
          (long)(now.line - was.line), (long)(expected))
#define LOOK() (was = now, CHECK2(swiftmalloc_statistics(&now) == 1), CHECK2(now.is_counted == 1))
#define CHECK2(condition) ((condition) ? (void)0 : abort())

static void *thread(void *unused) {
    for (int i = 0; i < count; i++) blocks[i] = memset(malloc(500), 1, 500);
    return unused;
}

int main(void) {
    if (!swiftmalloc_statistics) SKIP("without the library there is no ledger");
    size_t usable = 0, asked = 0;
    long page = sysconf(_SC_PAGESIZE);
    LOOK(), LOOK();
    for (int i = 0; i < count; i++) {
        size_t size = (size_t)i % 3001;
        blocks[i] = memset(malloc(size), 1, size), usable += malloc_usable_size(blocks[i]), asked += size;
    }
    LOOK();
    GREW(requested, asked, 0);
    GREW(rounding, usable - asked, 0);
    GREW(untouched, 0, 6 << 20);
    usable = asked = 0;
    for (int i = 0; i < count; i += 2)
        usable += malloc_usable_size(blocks[i]), asked += (size_t)i % 3001, free(blocks[i]), blocks[i] = NULL;
    LOOK();
    GREW(requested, -(long)asked, 0);
    GREW(rounding, -(long)(usable - asked), 0);
    GREW(thread_caches, usable, 1 << 20);
    for (int i = 1; i < count; i += 2) free(blocks[i]);
    malloc_trim(0);
    LOOK(), LOOK();
    char *large = malloc(30 * MIB + 1);
    LOOK();
    GREW(requested, 30 * MIB + 1, 0);
    // Whole pages behind what was asked for are neither.
    GREW(rounding, page - 1, 0);
    GREW(untouched, -(30 * MIB + page), 2 * page);
    memset(large, 1, 10 * MIB);
    LOOK();
    GREW(untouched, 10 * MIB, 2 * page);
    large = realloc(large, 20 * MIB);
    LOOK();
    GREW(requested, -(long)(10 * MIB + 1), 0);
    free(large);
    LOOK();
    GREW(requested, -(long)(20 * MIB), 0);
    GREW(purgeable, 10 * MIB, 2 * page);
    malloc_trim(0);
    LOOK();
    GREW(purgeable, -(long)(10 * MIB), 2 * page);
    pthread_t id;
    CHECK(!pthread_create(&id, NULL, thread, NULL) && !pthread_join(id, NULL), "no thread");
    LOOK();
    GREW(requested, count * 500, 4096);
    for (int i = 0; i < count; i += 2) free(blocks[i]);
    malloc_trim(0);
    LOOK();
    GREW(requested, -(count / 2 * 500), 0);
    CHECK(now.thread_caches + now.central_lists >= count / 2 * 500 && now.free_spans == 0, "free blocks are in no list");
    CHECK(now.metadata > 0 && now.metadata < 8 << 20 && now.huge_pages == 0, "metadata of %zd bytes", now.metadata);
    return 0;
}
