// Proves that with ON_ERROR=continue a program that reads or writes 50 freed large blocks goes on: each access is an error, also
// the second and third one to a page where the processor can step, reported once for all from the same place.
// expect: exit 5
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-use-after-free on address 0x[0-9a-f]+ \(a {VERB}, 7 bytes inside the freed {SIZE}-byte block at 0x[0-9a-f]+\), thread "
// report: ^ +#0 0x[0-9a-f]+ in (look|change) +.*{FILE}:({LINE:read}|{LINE:write})$
// report: ^freed by thread "
// report: ^allocated by thread "
// report: ^==[0-9]+==SUMMARY: swiftmalloc: {ERRORS} errors, 1 distinct$
// stderr-count: 2
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_ON_ERROR=continue
// env: SWIFTMALLOC_DEBUG=guard SWIFTMALLOC_ON_ERROR=continue
// arguments: SIZE=100000,VERB=read,WRITES=0 SIZE=100000,VERB=write,WRITES=1
#include "debug.h"
#include "workout.h"
ARGUMENT(int, SIZE)
ARGUMENT(int, WRITES)

static NOINLINE int look(volatile char *at) { return *at; }     // read
static NOINLINE void change(volatile char *at) { *at = 0x42; }  // write

int main(void) {
#ifdef __x86_64__
    tell("errors", 150);
#else
    // Behind its first error a page stays open.
    tell("errors", 50);
#endif
    for (int i = 0; i < 50; i++) {
        char *block = malloc(SIZE);
        free(block);
#pragma GCC unroll 1
        for (int k = 0; k < 3; k++) {
            if (WRITES) change(hide(block + 7));
            else look(hide(block + 7));
        }
    }
    workout(1, 5000);
    exit(5);
}
