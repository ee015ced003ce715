// Proves that with ON_ERROR=continue 100 overflows, found by free, are reported once; the damaged places are freed but never
// given out again.
// expect: exit 5
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-buffer-overflow on address 0x[0-9a-f]+ \(1 byte written, 0 bytes after the end of the {SIZE}-byte block at 0x[0-9a-f]+, found by free\), thread "
// report: ^ +#0 0x[0-9a-f]+ in release +.*{FILE}:{LINE:free}$
// report: ^allocated by thread "
// report: ^==[0-9]+==SUMMARY: swiftmalloc: 100 errors, 1 distinct$
// stderr-count: 2
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_ON_ERROR=continue
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_ON_ERROR=continue SWIFTMALLOC_QUARANTINE=0
// arguments: SIZE=13 SIZE=64 SIZE=1000
#include "debug.h"
#include "workout.h"
ARGUMENT(int, SIZE)

static NOINLINE void release(void *block) { free(hide(block)); }  // free

int main(void) {
    static char *damaged[100];
    for (int i = 0; i < 100; i++) {
        damaged[i] = malloc(SIZE);
        damaged[i][SIZE] = 0x42;
        release(damaged[i]);
    }
    for (int i = 0; i < 2000; i++) {
        char *block = malloc(SIZE);
        for (int k = 0; k < 100; k++) CHECK(block != damaged[k], "damaged block %d was given out again", k);
        if (i % 3) free(block);
    }
    workout(1, 5000);
    exit(5);
}
