// Proves that quick_exit prints statistics once, also where the C library's quick_exit ends in the library's _exit (a static program).
// env: SWIFTMALLOC_STATS=1
// env: SWIFTMALLOC_STATS=1 SWIFTMALLOC_LEAKS=1
// expect: exit 5
// stderr: ^==[0-9]+==STATS: swiftmalloc: stats_once_at_quick_exit,
// stderr-count: 1
#include "check.h"

int main(void) {
    free(malloc(100));
    quick_exit(5);
}
