// Proves that an aligned delete of a block of plain new is reported.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: alignment-mismatch on address {ADDRESS} \(block with(out alignment| alignment [0-9]+) freed with alignment 64\), thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:delete}$
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:new}$
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
#include <new>
#include "debug.h"

int main() {
    void *block = announce(::operator new(500));  // new
    ::operator delete(hide(block), std::align_val_t{64});  // delete
    return 0;
}
