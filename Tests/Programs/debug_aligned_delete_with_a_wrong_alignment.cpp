// Proves that each form of aligned delete with another alignment than new's is reported.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: alignment-mismatch on address {ADDRESS} \(block with alignment 64 freed with alignment {GIVEN}\), thread "[^"]+" \([0-9]+\)$
// report: ^ +#0 0x[0-9a-f]+ in .*release.* +.*{FILE}:
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:
// report: ^SUMMARY: swiftmalloc: alignment-mismatch .*{FILE}:
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// arguments: FORM=0,GIVEN=128 FORM=1,GIVEN=32 FORM=2,GIVEN=4096 FORM=3,GIVEN=32 FORM=4,GIVEN=256 FORM=5,GIVEN=32
#include <new>
#include "debug.h"
ARGUMENT(size_t, FORM)
ARGUMENT(size_t, GIVEN)

static NOINLINE void release(void *block) {
    std::align_val_t at{GIVEN};
    if (FORM == 0) ::operator delete(block, at);
    if (FORM == 1) ::operator delete[](block, at);
    if (FORM == 2) ::operator delete(block, (size_t)500, at);
    if (FORM == 3) ::operator delete[](block, (size_t)500, at);
    if (FORM == 4) ::operator delete(block, at, std::nothrow);
    if (FORM == 5) ::operator delete[](block, at, std::nothrow);
}

int main() {
    void *block = FORM % 2 ? ::operator new[](500, std::align_val_t{64}) : ::operator new(500, std::align_val_t{64});
    release(announce(block));
    return 0;
}
