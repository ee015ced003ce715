// Proves that free_sized of a block of aligned_alloc, which C23 forbids, is reported where its alignment is beyond malloc's.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: alignment-mismatch on address {ADDRESS} \(block with alignment {ALIGNMENT} freed without alignment\), thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:free}$
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:allocation}$
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// arguments: ALIGNMENT=64 ALIGNMENT=4096
#include "debug.h"
ARGUMENT(int, ALIGNMENT)

int main(void) {
    void *block = announce(aligned_alloc(ALIGNMENT, 8192));  // allocation
    freeSized(block, 8192);  // free
    return 0;
}
