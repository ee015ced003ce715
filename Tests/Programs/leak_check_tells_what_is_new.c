// Proves that swiftmalloc_check_leaks returns and reports what is new since the last check, beside all that is lost.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 block(, 1000 bytes in 1 block new since the last check)?$
// report: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 block
// report: ^Direct leak of 1000 byte\(s\) in 1 object\(s\) allocated from:$
// report: ^  new since the last check: 1000 bytes in 1 block$
// report: ^==[0-9]+==ERROR: swiftmalloc: leak of 1650 bytes in 4 blocks, 650 bytes in 3 blocks new since the last check$
// report: ^Direct leak of 1500 byte\(s\) in 2 object\(s\) allocated from:$
// report: ^  new since the last check: 500 bytes in 1 block$
// report: ^Direct leak of 100 byte\(s\) in 1 object\(s\) allocated from:$
// report: ^  new since the last check: 100 bytes in 1 block$
// report: ^Indirect leak of 50 byte\(s\) in 1 object\(s\) allocated from:$
// report: ^  new since the last check: 50 bytes in 1 block$
// report: ^  definitely lost: 1600 bytes in 3 blocks$
// report: ^  indirectly lost: 50 bytes in 1 block$
// report: ^==[0-9]+==ERROR: swiftmalloc: leak of 1658 bytes in 5 blocks
// report: ^SUMMARY: swiftmalloc: 1658 byte\(s\) leaked in 5 allocation\(s\)\.$
// env: SWIFTMALLOC_LEAKS=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
// not-compared: the library's own function is what it is about
#include "leak.h"
static volatile int rounds = 2;  // the compiler leaves the loop as it is
static void *volatile held;
static size_t size;

HELPER void loseAnother(void) { hide(malloc(size)); }
HELPER void loseTwo(void) { *(void **)make(100) = malloc(50); }
HELPER void hold(void) { held = make(8); }

int main(void) {
    static const size_t sizes[] = {1000, 500}, expected[] = {1, 3};
    CHECK(checkLeaks() == 0, "leaks at the start");
    for (int round = 0; round < rounds; round++) {
        size = sizes[round];
        away(loseAnother);
        if (expected[round] == 3) away(loseTwo), away(hold);
        size_t found = checkLeaks();
        CHECK(found == expected[round], "%zu in round %d", found, round);
    }
    CHECK(checkLeaks() == 0, "new ones after none");
    held = NULL, clearStack();
    return 0;
}
