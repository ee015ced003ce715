// Proves that LEAKS=1 says nothing where blocks are possibly lost at most, and LEAK_EXIT_CODE does not act.
// expect: exit 5
// stderr-none
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23 SWIFTMALLOC_DEBUG=1
#include "leak.h"
static char *middle;

HELPER void build(void) {
    middle = (char *)malloc(200) + 50;
}

int main(void) {
    away(build);
    return middle == NULL ? 1 : 5;
}
