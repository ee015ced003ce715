// Proves that a block is not lost while the program's data is all that has it: initialised, zeroed, of a function, the end of an array, an argument's place.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 block$
// stderr-count: 1
// report: ^Direct leak of 1000 byte\(s\) in 1 object\(s\) allocated from:$
// report: ^  definitely lost: 1000 bytes in 1 block$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report-not: (Direct|Indirect) leak of ([0-9]{1,3}|[^1][0-9]+) byte
// env: SWIFTMALLOC_LEAKS=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
// arguments: WHERE=0 WHERE=1 WHERE=2 WHERE=3 WHERE=4 WHERE=5
#include "leak.h"
ARGUMENT(int, WHERE)
extern char **environ;
static void *initialised = (void *)1, *zeroed, *many[100000];
static char **arguments;

HELPER void build(void) {
    static void *ofFunction;
    void *block = malloc(100);
    if (WHERE == 0) initialised = block;
    if (WHERE == 1) zeroed = block;
    if (WHERE == 2) ofFunction = block;
    if (WHERE == 3) many[99999] = block;
    if (WHERE == 4) arguments[0] = block;
    if (WHERE == 5) putenv(strcpy(block, "LEAK=none"));
    hide(&ofFunction), hide(&initialised), hide(&zeroed), hide(many);
}

int main(int count, char **values) {
    arguments = values;
    away(build);
    lose(1000);
    return count == 0;
}
