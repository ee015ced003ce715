// Proves that nothing is said of leaks when a signal kills the process, LEAK_SIGNAL's default included: there is none.
// expect: signal 10 (USR1)
// stderr-none
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_SIGNAL=none
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_SIGNAL=USR2
// not-compared: Valgrind reports whatever ends a process
#include "leak.h"

int main(void) {
    lose(1000);
    raise(SIGUSR1);
    return 0;
}
