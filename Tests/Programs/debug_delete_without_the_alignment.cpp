// Proves that a plain delete of a block of aligned new is reported, in every form.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: alignment-mismatch on address {ADDRESS} \(block with alignment 256 freed without alignment\), thread "
// report: ^ +#0 0x[0-9a-f]+ in .*release.* +.*{FILE}:
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// arguments: FORM=0 FORM=1 FORM=2 FORM=3 FORM=4 FORM=5
#include <new>
#include "debug.h"
ARGUMENT(int, FORM)

static NOINLINE void release(void *block) {
    if (FORM == 0) ::operator delete(block);
    if (FORM == 1) ::operator delete[](block);
    if (FORM == 2) ::operator delete(block, (size_t)500);
    if (FORM == 3) ::operator delete[](block, (size_t)500);
    if (FORM == 4) ::operator delete(block, std::nothrow);
    if (FORM == 5) ::operator delete[](block, std::nothrow);
}

int main() {
    void *block = FORM % 2 ? ::operator new[](500, std::align_val_t{256}) : ::operator new(500, std::align_val_t{256}, std::nothrow);
    release(announce(block));
    return 0;
}
