// Proves that malloc_usable_size of addresses that are no blocks answers without a crash, 0 where they are not ours.
// expect: exit 0
// production-only: the debug heap may report them
// also: LIVE=1
#include "check.h"
static long data[10];

int main(void) {
    char stack[64], *block = malloc(1000);
    void *foreign[] = {(void *)0x10, (void *)0x7000000000, (void *)0xdeadbeefdeadbeef, (void *)0xfffffffffffffff0, data, stack,
                       (void *)"text", (void *)main};
    for (int i = 0; i < 8; i++) CHECK(malloc_usable_size(hide(foreign[i])) == 0, "address %d has a size", i);
    for (int offset = 1; offset < 5000; offset++) malloc_usable_size(hide(block + offset));
    free(block);
    malloc_usable_size(hide(block));
    return 0;
}
