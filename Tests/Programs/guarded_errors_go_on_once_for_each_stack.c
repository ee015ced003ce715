// Proves that with ON_ERROR=continue each kind of error is reported once for each stack, and the program goes on.
// expect: exit 7
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-buffer-overflow on address 0x[0-9a-f]+ \(a read, 0 bytes after the end of the 64-byte block at 0x[0-9a-f]+\), thread "
// report: ^ +#0 0x[0-9a-f]+ in over +.*{FILE}:{LINE:over}$
// report: ^==[0-9]+==ERROR: swiftmalloc: heap-use-after-free on address 0x[0-9a-f]+ \(a read, 3 bytes inside the freed 64-byte block at 0x[0-9a-f]+\), thread "
// report: ^==[0-9]+==ERROR: swiftmalloc: double-free on address 0x[0-9a-f]+ \(64-byte block\), thread "
// report: ^==[0-9]+==ERROR: swiftmalloc: heap-buffer-underflow on address 0x[0-9a-f]+ \(a write, 1 byte before the 64-byte block at 0x[0-9a-f]+\), thread "
// report: ^==[0-9]+==ERROR: swiftmalloc: heap-buffer-overflow on address 0x[0-9a-f]+ \(1 byte written, 3 bytes after the end of the 41-byte block at 0x[0-9a-f]+, found by free\), thread "
// report: ^==[0-9]+==ERROR: swiftmalloc: invalid-free on address 0x[0-9a-f]+ \(16 bytes inside the 41-byte block at 0x[0-9a-f]+\), thread "
// report: ^==[0-9]+==ERROR: swiftmalloc: double-free on address 0x[0-9a-f]+ \(41-byte block\), thread "
// report: ^==[0-9]+==SUMMARY: swiftmalloc: 350 errors, 7 distinct$
// stderr-count: 8
// env: SWIFTMALLOC_GUARD_SAMPLE=1 SWIFTMALLOC_ON_ERROR=continue
// production-only: the debug heap is not sampled
#include "guarded.h"
#include "workout.h"

static NOINLINE int over(volatile char *block) { return block[64]; }  // over
static NOINLINE int after(volatile char *block) { return block[3]; }
static NOINLINE void before(volatile char *block) { block[-1] = 1; }
static NOINLINE void again(void *block) { free(block); }
static NOINLINE char *allocate(void) { return hide(malloc(64)); }
static NOINLINE char *small(void) { return hide(malloc(41)); }

int main(void) {
    for (int i = 0; i < 50; i++) {
        char *block = GUARDED(allocate(), 64, 1);
        over(block);
        free(block);
        after(hide(block));
        again(hide(block));
    }
    for (int i = 0; i < 50; i++) {
        char *block = GUARDED(allocate(), 64, 0);
        before(block);
        CHECK(block[-1] == 1, "the write did not come about");
        free(block);
    }
    for (int i = 0; i < 50; i++) {
        char *block = GUARDED(small(), 41, 1);
        block[44] ^= 1;
        free(block);
        block = GUARDED(small(), 41, 0);
        again(hide(block + 16));
        free(block);
        CHECK(realloc(hide(block), 100) == NULL, "realloc of a freed block");
    }
    workout(1, 5000);
    exit(7);
}
