// Proves that each form of sized delete with another size than new's is reported.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: size-mismatch on address {ADDRESS} \(500-byte block freed with size {GIVEN}\), thread "[^"]+" \([0-9]+\)$
// report: ^ +#0 0x[0-9a-f]+ in .*release.* +.*{FILE}:
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:
// report: ^SUMMARY: swiftmalloc: size-mismatch .*{FILE}:
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// arguments: FORM=0,GIVEN=499 FORM=1,GIVEN=16 FORM=2,GIVEN=501 FORM=3,GIVEN=100000
#include <new>
#include "debug.h"
ARGUMENT(int, FORM)
ARGUMENT(int, GIVEN)

static NOINLINE void release(void *block) {
    if (FORM == 0) ::operator delete(block, (size_t)GIVEN);
    if (FORM == 1) ::operator delete[](block, (size_t)GIVEN);
    if (FORM == 2) ::operator delete(block, (size_t)GIVEN, std::align_val_t{64});
    if (FORM == 3) ::operator delete[](block, (size_t)GIVEN, std::align_val_t{64});
}

int main() {
    void *block = FORM == 0   ? ::operator new(500)
                  : FORM == 1 ? ::operator new[](500)
                  : FORM == 2 ? ::operator new(500, std::align_val_t{64})
                              : ::operator new[](500, std::align_val_t{64});
    release(announce(block));
    return 0;
}
