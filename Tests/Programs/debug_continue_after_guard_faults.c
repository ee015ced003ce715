// Proves that with ON_ERROR=continue in guard mode reads behind 50 blocks and of 50 freed ones go on after one report each.
// expect: exit 5
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-buffer-overflow on address 0x[0-9a-f]+ \(a read, 0 bytes after the end of the 64-byte block at 0x[0-9a-f]+\), thread "
// report: ^ +#0 0x[0-9a-f]+ in over +.*{FILE}:{LINE:over}$
// report: ^==[0-9]+==ERROR: swiftmalloc: heap-use-after-free on address 0x[0-9a-f]+ \(a read, 3 bytes inside the freed 64-byte block at 0x[0-9a-f]+\), thread "
// report: ^ +#0 0x[0-9a-f]+ in after +.*{FILE}:{LINE:after}$
// report: ^==[0-9]+==SUMMARY: swiftmalloc: 100 errors, 2 distinct$
// stderr-count: 3
// env: SWIFTMALLOC_DEBUG=guard SWIFTMALLOC_ON_ERROR=continue
#include "debug.h"
#include "workout.h"

static NOINLINE int over(volatile char *block) { return block[64]; }  // over
static NOINLINE int after(volatile char *block) { return block[3]; }  // after

int main(void) {
    for (int i = 0; i < 50; i++) {
        char *block = malloc(64);
        over(block);
        free(block);
        after(hide(block));
    }
    workout(1, 5000);
    exit(5);
}
