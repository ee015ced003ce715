// Proves that a block that was lost at one check, and freed before the next by whoever still knew it, is no longer counted, and
// that a block that takes its place is a new one.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 block(, 1000 bytes in 1 block new since the last check)?$
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
// not-compared: the library's own function is what it is about
#include "leak.h"
static uintptr_t concealed;

HELPER void build(void) { concealed = conceal(malloc(1000)); }
HELPER void release(void) { free(reveal(concealed)); }

int main(void) {
    for (int round = 0; round < 5; round++) {
        away(build);
        CHECK(checkLeaks() == 1, "round %d", round);
        CHECK(checkLeaks() == 0, "round %d, again", round);
        away(release);
        CHECK(checkLeaks() == 0, "round %d, freed", round);
    }
    return 0;
}
