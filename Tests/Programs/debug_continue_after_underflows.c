// Proves that with ON_ERROR=continue 100 writes before blocks, found by free, are reported once and the heap works on.
// expect: exit 5
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-buffer-underflow on address 0x[0-9a-f]+ \(1 byte written, 1 byte before the {SIZE}-byte block at 0x[0-9a-f]+, found by free\), thread "
// report: ^ +#0 0x[0-9a-f]+ in release +.*{FILE}:{LINE:free}$
// report: ^allocated by thread "
// report: ^==[0-9]+==SUMMARY: swiftmalloc: 100 errors, 1 distinct$
// stderr-count: 2
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_ON_ERROR=continue
// arguments: SIZE=13 SIZE=64 SIZE=1000
#include "debug.h"
#include "workout.h"
ARGUMENT(int, SIZE)

static NOINLINE void release(void *block) { free(hide(block)); }  // free

int main(void) {
    for (int i = 0; i < 100; i++) {
        void *before = hide(malloc(SIZE));
        char *block = malloc(SIZE);
        block[-1] = 0x42;
        release(block);
        free(before);
    }
    workout(1, 5000);
    exit(5);
}
