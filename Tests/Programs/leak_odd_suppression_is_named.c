// Proves that an odd line of a suppression file is named with the file and its number, and the other lines act all the same.
// stderr-any: ^==[0-9]+==WARNING: swiftmalloc: .*([^0-9]3 .*/file|/file.*[^0-9]3([^0-9]|$))
// stderr-count: 2
// report: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 block$
// report: ^  suppressed: 50 bytes in 1 block$
// arguments: TEXT=0 TEXT=1 TEXT=2
// env: SWIFTMALLOC_LEAKS=1
// not-compared: Valgrind loses sight of a process that starts itself once more
#include "leak.h"
ARGUMENT(int, TEXT)

HELPER void place(void) { hide(malloc(50)); }

int main(void) {
    const char *texts[] = {"# one\n# two\nan odd line\nleak:^place$\n", "leak:nothing\n\nlea:loseOne\nleak:^place$\n", "leak:^place$\n\nloseOne\n"};
    startWithFile("SWIFTMALLOC_SUPPRESSIONS", texts[TEXT]);
    away(place);
    lose(1000);
    return 0;
}
