// Proves that free_aligned_sized with another alignment or size than was asked for is reported as what is wrong.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: {KIND} on address {ADDRESS} \({DETAIL}\), thread "[^"]+" \([0-9]+\)$
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:free}$
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:allocation}$
// report: ^SUMMARY: swiftmalloc: {KIND} .*{FILE}:{LINE:free} in main$
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// arguments: ALIGNMENT=64,SIZE=192,GIVENALIGNMENT=64,GIVENSIZE=128 ALIGNMENT=64,SIZE=192,GIVENALIGNMENT=128,GIVENSIZE=192
// arguments: ALIGNMENT=4096,SIZE=8192,GIVENALIGNMENT=64,GIVENSIZE=8192 ALIGNMENT=4096,SIZE=4096,GIVENALIGNMENT=4096,GIVENSIZE=4095
#include "debug.h"
ARGUMENT(int, ALIGNMENT)
ARGUMENT(int, SIZE)
ARGUMENT(int, GIVENALIGNMENT)
ARGUMENT(int, GIVENSIZE)

int main(void) {
    void *block = announce(aligned_alloc(ALIGNMENT, SIZE));  // allocation
    if (SIZE != GIVENSIZE) dprintf(1, "kind=size-mismatch\ndetail=%d-byte block freed with size %d\n", SIZE, GIVENSIZE);
    else dprintf(1, "kind=alignment-mismatch\ndetail=block with alignment %d freed with alignment %d\n", ALIGNMENT, GIVENALIGNMENT);
    freeAlignedSized(block, GIVENALIGNMENT, GIVENSIZE);  // free
    return 0;
}
