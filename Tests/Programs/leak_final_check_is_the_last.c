// Proves that after __lsan_do_leak_check, which finds nothing or has no exit status to end with, there is no other check at exit
// and none by itself, and that the recoverable one counts all that is lost each time.
// stderr-count: 3
// arguments: LOST=0 LOST=1000
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
#include "leak.h"
ARGUMENT(int, LOST)

int main(void) {
    int (*recoverable)(void) = (int (*)(void))function("__lsan_do_recoverable_leak_check");
    void (*final)(void) = (void (*)(void))function("swiftmalloc_do_leak_check");
    CHECK(recoverable() == 0, "leaks at the start");
    if (LOST) lose(LOST);
    final();
    lose(500);
    int first = recoverable(), second = recoverable();
    CHECK(first == (LOST ? 2 : 1) && second == first, "%d, then %d", first, second);
    if (!LOST) CHECK(recoverable() == 1, "a third time");
    final();
    return 0;
}
