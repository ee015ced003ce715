// Proves that a report shows the lines of source around the erring one, which is marked, behind the error's own stack; and that
// a report has no colours where it does not go to a terminal.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS}
// report: ^    #0 0x[0-9a-f]+ in twice 
// report: ^ +{BEFORE} \| .*the line before$
// report: ^    > +{SECOND} \| +free\(block\);  // the second one$
// report: ^ +[0-9]+ \| \}$
// report: ^allocated by thread "
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// env: SWIFTMALLOC_LEAKS=1
#include "debug.h"

static __attribute__((noinline)) void twice(void *block) {
    tell("before", __LINE__ + 3);
    tell("second", __LINE__ + 3);
    free(block);
    hide(block);  // the line before
    free(block);  // the second one
}

int main(void) {
    twice(announce(malloc(64)));
    return 0;
}
