// Proves that with ON_ERROR=continue bad addresses of every sort, freed 100 times each, are reported once for each place
// that frees, and nothing is done to them.
// expect: exit 5
// stderr: ^==[0-9]+==ERROR: swiftmalloc: invalid-free on address 0x[0-9a-f]+ \(16 bytes inside the 500-byte block at 0x[0-9a-f]+\), thread "
// report: ^==[0-9]+==ERROR: swiftmalloc: invalid-free on .*\(0 bytes after the end of the 500-byte block
// report: ^==[0-9]+==ERROR: swiftmalloc: invalid-free on .*\(on the stack of thread
// report: ^==[0-9]+==ERROR: swiftmalloc: invalid-free on .*\(in /.*debug_continue_after_invalid_frees
// report: ^==[0-9]+==ERROR: swiftmalloc: invalid-free on .*\(in no mapping\)
// report: ^==[0-9]+==ERROR: swiftmalloc: invalid-free on .*\(16 bytes inside the freed 600-byte block
// report: ^==[0-9]+==SUMMARY: swiftmalloc: 600 errors, 6 distinct$
// stderr-count: 7
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_ON_ERROR=continue
// env: SWIFTMALLOC_DEBUG=guard SWIFTMALLOC_ON_ERROR=continue
#include "debug.h"
#include "workout.h"
static long data[10] = {7, 7, 7};

int main(void) {
    char array[64], *block = malloc(500), *freed = malloc(600), *kept = malloc(600);
    fill(block, 500, 1), fill(array, 64, 2);
    free(freed);
    for (int i = 0; i < 100; i++) {
        free(hide(block + 16));
        free(hide(block + 500));
        free(hide(array));
        free(hide(data));
        free(hide((void *)0x10));
        free(hide(freed + 16));
    }
    CHECK(filled(block, 500, 1) && filled(array, 64, 2) && data[1] == 7, "something was done");
    free(block), free(kept);
    workout(1, 5000);
    exit(5);
}
