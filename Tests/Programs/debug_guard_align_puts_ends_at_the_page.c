// Proves that GUARD_ALIGN=1 catches the first byte read behind a block of any size, of malloc, calloc, realloc and operator new's
// kind; that blocks which asked for an alignment have it; and that nothing is wrong with a program that uses them rightly.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-buffer-overflow on address {ADDRESS} .* the {SIZE}-byte block at {BLOCK}
// stderr-count: 1
// env: SWIFTMALLOC_DEBUG=guard SWIFTMALLOC_GUARD_ALIGN=1
// env: SWIFTMALLOC_DEBUG=guard SWIFTMALLOC_GUARD_ALIGN=1 SWIFTMALLOC_STATS=json
// arguments: SIZE=24 SIZE=10 SIZE=1 SIZE=17 SIZE=4095 SIZE=5001 SIZE=20001 SIZE=100003
#include "workout.h"
#include "debug.h"
ARGUMENT(int, SIZE)

// Atomic instructions of AArch64 want aligned addresses, the loader has some in its blocks: 8 is the least there.
#ifdef __aarch64__
enum { LEAST = 8 };
#else
enum { LEAST = 1 };
#endif

static NOINLINE int look(volatile char *at) { return *at; }

int main(void) {
    if (SIZE % LEAST) SKIP("the least alignment here is longer");
    for (size_t alignment = 8; alignment <= 4096; alignment *= 2) {
        char *aligned = memalign(alignment, SIZE), *sized = aligned_alloc(alignment, SIZE);
        CHECK((uintptr_t)aligned % alignment == 0 && (uintptr_t)sized % 16 == 0, "%p for %zu", (void *)aligned, alignment);
        free(aligned), freeAlignedSized(sized, alignment, SIZE);
    }
    freeSized(malloc(SIZE), SIZE);
    char *block = realloc(calloc(SIZE, 1), SIZE);
    CHECK(malloc_usable_size(block) == SIZE && ((uintptr_t)block + SIZE) % 4096 == 0, "%p ends elsewhere", (void *)block);
    fill(block, SIZE, 1);
    tellAddress("block", block);
    return look(announce(block + SIZE));
}
