// Proves that the lines that the program's __lsan_default_suppressions answers are read, although it is not exported, and one
// that is none is named.
// stderr: ^==[0-9]+==WARNING: swiftmalloc: line 2 of what the program's __lsan_default_suppressions answers is no leak:PATTERN$
// stderr-count: 2
// report: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 block$
// report: ^  suppressed: 70 bytes in 1 block$
// report: ^  70 bytes in 1 block by leak:loseOnPurpose$
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
#include "leak.h"

const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) { return "leak:loseOnPurpose\nnonsense\n# a comment\n"; }

HELPER void loseOnPurpose(void) { hide(make(70)); }

int main(void) {
    away(loseOnPurpose);
    lose(1000);
    return 0;
}
