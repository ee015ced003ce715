// Proves that LEAK_EXIT_CODE tells of leaks where stderr is closed.
// expect: exit 23
// stderr-none
// arguments: HOW=1 HOW=2
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23 SWIFTMALLOC_DEBUG=1
#include "leak.h"
ARGUMENT(int, HOW)

int main(void) {
    lose(1000);
    close(0), close(1), close(2);
    endBy(HOW, 0);
    return 1;
}
