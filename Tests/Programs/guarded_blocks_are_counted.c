// Proves that guarded blocks are live blocks to all who count: what is asked for and what is resident grow by them and shrink again, the
// functions that tell of addresses know them, and heaps of the program's own have none.
// env: SWIFTMALLOC_GUARD_SAMPLE=1 SWIFTMALLOC_STATS=json SWIFTMALLOC_LOG={TMP}/log
// env: SWIFTMALLOC_GUARD_SAMPLE=1 SWIFTMALLOC_LIVE=1
// expect: exit 0
// report: ^==[0-9]+==INFO: swiftmalloc: address 0x[0-9a-f]+ is 3 bytes inside the live 100-byte block at 0x[0-9a-f]+$
// report: ^==[0-9]+==INFO: swiftmalloc: address 0x[0-9a-f]+ is 3 bytes inside the free 100-byte block at 0x[0-9a-f]+$
// production-only: the debug heap is not sampled
#include "guarded.h"
#include "../../CShims/include/swiftmalloc.h"

enum { COUNT = 100 };

// A stack of its own for each: bits choose one of two ways at each of seven levels.
static NOINLINE char *choose(int bits, int level) {
    if (level == 7) return hide(malloc(100));
    char *block = bits >> level & 1 ? choose(bits, level + 1) : NULL;
    if (!block) block = choose(bits, level + 1);
    return hide(block);
}

static struct swiftmalloc_statistics_lines lines(void) {
    struct swiftmalloc_statistics_lines now = {0};
    CHECK(((int (*)(struct swiftmalloc_statistics_lines *))function("swiftmalloc_statistics"))(&now) == 1, "no statistics");
    return now;
}

static int describe(const void *address) { return ((int (*)(const void *))function("swiftmalloc_describe"))(address); }

int main(void) {
    static char *blocks[COUNT];
    for (int i = 0; i < COUNT; i++) free(choose(i, 0));
    struct swiftmalloc_statistics_lines before = lines();
    int guarded = 0;
    for (int i = 0; i < COUNT; i++) {
        blocks[i] = choose(i, 0);
        fill(blocks[i], 100, i);
        guarded += isGuarded(blocks[i]);
    }
    CHECK(guarded > COUNT / 2, "%d are guarded", guarded);
    struct swiftmalloc_statistics_lines now = lines();
    long asked = (long)(now.requested - before.requested), resident = (long)(now.resident - before.resident);
    CHECK(asked >= COUNT * 100 - 100 && asked <= COUNT * 100 + 20000, "%ld bytes more are asked for", asked);
    CHECK(resident >= guarded * PAGE && resident <= guarded * PAGE + 300000, "%ld bytes more are resident", resident);
    char *block = NULL;
    for (int i = 0; i < COUNT && !block; i++)
        if (isGuarded(blocks[i])) block = blocks[i], blocks[i] = NULL;
    CHECK(describe(block + 3) == 1, "no live block");
    free(block);
    CHECK(describe(hide(block + 3)) == 2, "no freed block");
    swiftmalloc_heap *heap = ((swiftmalloc_heap * (*)(const swiftmalloc_heap_options *)) function("swiftmalloc_heap_new"))(NULL);
    struct swiftmalloc_statistics_lines own = {0};
    CHECK(((int (*)(swiftmalloc_heap *, struct swiftmalloc_statistics_lines *))function("swiftmalloc_heap_statistics"))(heap, &own) == 1 && own.requested == 0,
          "an empty heap has %lu bytes", (unsigned long)own.requested);
    CHECK(((void *(*)(const void *))function("swiftmalloc_heap_of"))(blocks[COUNT - 1]) == NULL, "a block of some heap");
    for (int i = 0; i < COUNT; i++) free(blocks[i]);
    long rest = (long)(lines().requested - before.requested);
    CHECK(rest <= 20000, "%ld bytes stay asked for", rest);
    return 0;
}
