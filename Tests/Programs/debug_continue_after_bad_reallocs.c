// Proves that with ON_ERROR=continue realloc of a bad or freed address gives null, harms nothing, and is reported once.
// expect: exit 0
// report: ^==[0-9]+==ERROR: swiftmalloc: double-free on address
// report: ^==[0-9]+==ERROR: swiftmalloc: invalid-free on address
// report: ^==[0-9]+==SUMMARY: swiftmalloc: 200 errors, 2 distinct$
// stderr-count: 3
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_ON_ERROR=continue
// env: SWIFTMALLOC_DEBUG=guard SWIFTMALLOC_ON_ERROR=continue
#include "debug.h"
#include "workout.h"

int main(void) {
    char *freed = malloc(100), *block = malloc(100);
    fill(block, 100, 1);
    free(freed);
    for (int i = 0; i < 100; i++) {
        void *first = realloc(hide(freed), 200);
        void *second = realloc(hide(block + 16), 200);
        CHECK(first == NULL || first != hide(freed), "the freed block was given out");
        CHECK(second == NULL || second != hide(block + 16), "the inner address was given out");
        free(first), free(second);
    }
    CHECK(filled(block, 100, 1), "the block changed");
    free(block);
    workout(1, 5000);
    return 0;
}
