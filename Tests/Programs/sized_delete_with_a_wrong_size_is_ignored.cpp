// Proves that sized and aligned delete with a wrong size or alignment free the block by its real size in production.
// expect: exit 0
// stderr-none
// production-only: the debug heap reports size, alignment and kind
// also: LIVE=1
#include <new>
#include "check.h"

int main() {
    size_t before = 0;
    for (int round = 0; round < 20000; round++) {
        if (round == 1000) before = resident();
        char *first = (char *)::operator new(3000), *second = (char *)::operator new(40), *third = (char *)malloc(500);
        fill(first, 3000, 1), fill(second, 40, 2), fill(third, 500, 3);
        ::operator delete(first, (size_t)16);
        CHECK(filled(second, 40, 2) && filled(third, 500, 3), "neighbours changed");
        ::operator delete(second, (size_t)100000, std::align_val_t{4096});
        CHECK(filled(third, 500, 3), "neighbour changed");
        ::operator delete[](third);
        free(::operator new(77));
    }
    CHECK(resident() < before + 8 * MIB, "grew by %zu", resident() - before);
    return 0;
}
