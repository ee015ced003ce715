// Proves that mallinfo2 counts our blocks: uordblks (with hblkhd for mapped ones) rises by what is held and falls again.
// expect: exit 0
// stderr-none
// arguments: SIZE=64 SIZE=3000 SIZE=50000 SIZE=500000
// also: DEBUG=1 LIVE=1
#include "check.h"
ARGUMENT(int, SIZE)

static size_t used(void) {
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

int main(void) {
    int count = 40000000 / SIZE;
    static void *blocks[40000000 / 64];
    size_t before = used();
    for (int i = 0; i < count; i++) blocks[i] = malloc(SIZE);
    size_t held = used(), asked = (size_t)count * SIZE;
    CHECK(held - before >= asked * 9 / 10, "%zu asked, %zu counted", asked, held - before);
    CHECK(held - before <= asked * 5 / 2, "%zu asked, %zu counted", asked, held - before);
    for (int i = 0; i < count; i++) free(blocks[i]);
    CHECK(used() < before + asked / 10, "%zu stay counted after free", used() - before);
    return 0;
}
