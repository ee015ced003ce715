// Proves that swiftmalloc_debug_statistics counts the bytes asked for exactly, and what they cost besides plausibly.
// expect: exit 0
// stderr-none
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// arguments: SIZE=61 SIZE=1000 SIZE=30000
#include "debug.h"
ARGUMENT(int, SIZE)

int main(void) {
    int count = SIZE > 10000 ? 300 : 5000;
    static void *blocks[5000];
    struct { size_t requested, resident, overhead; } before, held, after;
    int (*statistics)(void *) = (int (*)(void *))function("swiftmalloc_debug_statistics");
    CHECK(statistics(&before) == 1, "not in debug mode");
    for (int i = 0; i < count; i++) fill(blocks[i] = malloc(SIZE), SIZE, 1);
    CHECK(statistics(&held) == 1, "not in debug mode");
    CHECK(held.requested - before.requested == (size_t)count * SIZE, "%zu requested", held.requested - before.requested);
    CHECK(held.resident >= held.requested, "%zu resident, %zu requested", held.resident, held.requested);
    CHECK(held.resident < 512 * MIB, "%zu resident", held.resident);
    CHECK(held.overhead > 0 && held.overhead < 512 * MIB, "%zu overhead", held.overhead);
    for (int i = 0; i < count; i++) free(blocks[i]);
    CHECK(statistics(&after) == 1 && after.requested == before.requested, "%zu stay", after.requested - before.requested);
    return 0;
}
