// Proves that a suppression file that cannot be read is named once, and the check goes on without it.
// stderr-any: ^==[0-9]+==WARNING: swiftmalloc: .*/nothing-here
// stderr-count: 2
// report: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 block$
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_SUPPRESSIONS={TMP}/nothing-here
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_SUPPRESSIONS={TMP}/nothing-here SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_SUPPRESSIONS=/proc/self/nothing-here
#include "leak.h"

int main(void) {
    lose(1000);
    return 0;
}
