// Proves that a process all of whose leaks are suppressed says nothing and keeps its status.
// expect: exit 5
// stderr-none
// arguments: TEXT=0 TEXT=1 TEXT=2 TEXT=3
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23 SWIFTMALLOC_DEBUG=1
// not-compared: Valgrind loses sight of a process that starts itself once more
#include "leak.h"
ARGUMENT(int, TEXT)

int main(void) {
    const char *texts[] = {"leak:loseOne\n", "leak:^main$\n", "leak:*/leak_all_suppressed*\n", "leak:leak.h\n"};
    startWithFile("SWIFTMALLOC_SUPPRESSIONS", texts[TEXT]);
    lose(1000);
    return 5;
}
