// Proves that a large block whose parts have different properties (madvise(2)), which the kernel moves in no one piece,
// grows all the same, and that the addresses of the refused moves are not lost.
// expect: exit 0
// stderr-none
// env: UNUSED=1
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_LEAKS=1
// also: DEBUG=1
#include <sys/mman.h>
#include "check.h"

int main(void) {
    size_t before = 0;
    for (int round = 0; round < 60; round++) {
        char *block = malloc(8 * MIB);
        fill(block, 8 * MIB, round + 1);
        // Whatever stands behind the block, it cannot grow where it is.
        mmap(block + 8 * MIB, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
        char *inside = (char *)(((uintptr_t)block + 2 * MIB) & ~(uintptr_t)4095);
        CHECK(madvise(inside, 4 * MIB, round & 1 ? MADV_DONTFORK : MADV_NOHUGEPAGE) == 0, "madvise");
        char *longer = realloc(block, 200 * MIB);
        CHECK(longer && filled(longer, 8 * MIB, round + 1), "round %d", round);
        madvise(longer, 200 * MIB, MADV_DOFORK);
        free(longer);
        if (round == 20) before = virtualSize();
    }
    CHECK(virtualSize() < before + 2048 * MIB + withheld(), "%zu MiB of addresses, %zu before", virtualSize() / MIB, before / MIB);
    return 0;
}
