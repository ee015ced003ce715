// Proves that memory that __lsan_register_root_region names is searched for pointers even where a lost block holds it, until
// it is taken back with the same start and size; and that a region that is not there is named.
// stderr: ^==[0-9]+==WARNING: swiftmalloc: the root region of 8 bytes at 0x[0-9a-f]+ was never registered$
// stderr-count: 2
// report: ^==[0-9]+==ERROR: swiftmalloc: leak of {LOST} bytes in 3 blocks$
// report: ^  definitely lost: {DEFINITE} bytes in 2 blocks$
// report: ^  indirectly lost: 33 bytes in 1 block$
// arguments: SIZE=64 SIZE=9000 SIZE=300000
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
#include "leak.h"
ARGUMENT(int, SIZE)
#define region(name, start, size) \
    ((void (*)(const void *, size_t))function("__lsan_" name "_root_region"))(start, size)

HELPER void build(void) {
    void **held = make(SIZE), **lost = make(SIZE);
    held[5] = make(22);
    lost[5] = make(33);
    region("register", held + 4, 2 * sizeof *held);
    region("register", lost + 4, 2 * sizeof *lost);
    region("unregister", lost + 4, sizeof *lost);
    region("unregister", lost + 4, 2 * sizeof *lost);
    region("register", (void *)4096, 4096);
    hide(held), hide(lost);
}

int main(void) {
    tell("lost", 2 * SIZE + 33), tell("definite", 2 * SIZE);
    away(build);
    return 0;
}
