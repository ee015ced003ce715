// Proves that a 3 GiB block can be had, used at both ends and in the middle, grown to 4 GiB, and freed.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
#include "check.h"

int main(void) {
    size_t size = 3072 * MIB;
    char *block = malloc(size);
    if (block == NULL) SKIP("this system gives no 3 GiB");
    CHECK(malloc_usable_size(block) >= size, "usable size is %zu", malloc_usable_size(block));
    block[0] = 1, block[size / 2] = 2, block[size - 1] = 3;
    block = realloc(block, size + 1024 * MIB);
    CHECK(block && block[0] == 1 && block[size / 2] == 2 && block[size - 1] == 3, "contents lost");
    block[size + 1000 * MIB] = 4;
    CHECK(resident() < 64 * MIB, "%zu resident", resident());
    block = realloc(block, 100);
    CHECK(block && block[0] == 1, "contents lost when shrinking");
    free(block);
    return 0;
}
