// Proves that the old mallinfo (of ints) is ours too and moves with the blocks.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
#include "check.h"

int main(void) {
    static void *blocks[10000];
    struct mallinfo before = mallinfo();
    for (int i = 0; i < 10000; i++) blocks[i] = malloc(1000);
    struct mallinfo held = mallinfo();
    CHECK(held.uordblks - before.uordblks >= 9000000, "10 MB asked, %d counted", held.uordblks - before.uordblks);
    CHECK(held.arena + held.hblkhd >= held.uordblks, "arena %d, hblkhd %d, uordblks %d", held.arena, held.hblkhd, held.uordblks);
    for (int i = 0; i < 10000; i++) free(blocks[i]);
    struct mallinfo after = mallinfo();
    CHECK(after.uordblks < before.uordblks + 1000000, "%d stay counted", after.uordblks - before.uordblks);
    return 0;
}
