// Proves that nothing is said of leaks when a process aborts.
// expect: abort
// stderr-none
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23
// not-compared: Valgrind reports whatever ends a process
#include "leak.h"

int main(void) {
    lose(1000);
    abort();
}
