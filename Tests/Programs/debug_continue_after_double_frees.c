// Proves that with ON_ERROR=continue a double free made 100 times is reported once and not done: no block is given out
// twice afterwards, the heap works, the program ends as it wishes, and the last line counts.
// expect: exit 5
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address 0x[0-9a-f]+ \({SIZE}-byte block\), thread "
// report: ^ +#0 0x[0-9a-f]+ in again +.*{FILE}:{LINE:second free}$
// report: ^freed first by thread "
// report: ^allocated by thread "
// report: ^SUMMARY: swiftmalloc: double-free .*{FILE}:{LINE:second free} in again$
// report: ^==[0-9]+==SUMMARY: swiftmalloc: 100 errors, 1 distinct$
// stderr-count: 2
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_ON_ERROR=continue
// env: SWIFTMALLOC_DEBUG=guard SWIFTMALLOC_ON_ERROR=continue
// arguments: SIZE=64 SIZE=1000 SIZE=100000
#include "debug.h"
#include "workout.h"
ARGUMENT(int, SIZE)

static NOINLINE void again(void *block) { free(hide(block)); }  // second free

int main(void) {
    void *blocks[300];
    for (int i = 0; i < 100; i++) {
        void *block = malloc(SIZE);
        free(block);
        again(block);
    }
    for (int i = 0; i < 300; i++) {
        blocks[i] = malloc(SIZE);
        for (int k = 0; k < i; k++) CHECK(blocks[i] != blocks[k], "block %d given out twice", i);
    }
    for (int i = 0; i < 300; i++) free(blocks[i]);
    workout(1, 5000);
    exit(5);
}
