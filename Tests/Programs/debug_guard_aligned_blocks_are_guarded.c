// Proves that in guard mode aligned blocks, whose size is a multiple of the alignment, end at an inaccessible page too.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-buffer-overflow on address {ADDRESS} \(a read, 0 bytes after the end of the {SIZE}-byte block at {BLOCK}\), thread "
// report: ^ +#0 0x[0-9a-f]+ in look +.*{FILE}:{LINE:read}$
// report: ^allocated by thread "
// env: SWIFTMALLOC_DEBUG=guard
// arguments: ALIGNMENT=32,SIZE=32 ALIGNMENT=64,SIZE=192 ALIGNMENT=1024,SIZE=1024 ALIGNMENT=4096,SIZE=8192 ALIGNMENT=65536,SIZE=65536
#include "debug.h"
ARGUMENT(int, ALIGNMENT)
ARGUMENT(int, SIZE)

static NOINLINE int look(volatile char *at) { return *at; }  // read

int main(void) {
    char *block = tellAddress("block", aligned_alloc(ALIGNMENT, SIZE));
    CHECK((uintptr_t)block % ALIGNMENT == 0, "%p", (void *)block);
    look(announce(block + SIZE));
    return 0;
}
