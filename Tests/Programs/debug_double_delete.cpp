// Proves that a second delete is reported with three stacks, in every form of new and delete.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \(500-byte block\), thread "
// report: ^ +#0 0x[0-9a-f]+ in .*release.* +.*{FILE}:[0-9]+$
// report: ^ +#1 0x[0-9a-f]+ in main +.*{FILE}:{LINE:second delete}$
// report: ^freed first by thread "
// report: ^ +#0 0x[0-9a-f]+ in .*release.* +.*{FILE}:[0-9]+$
// report: ^ +#1 0x[0-9a-f]+ in main +.*{FILE}:{LINE:first delete}$
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in .*make.* +.*{FILE}:[0-9]+$
// report: ^SUMMARY: swiftmalloc: double-free .*{FILE}:[0-9]+ in .*release
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// arguments: FORM=0 FORM=1 FORM=2 FORM=3 FORM=4 FORM=5
#include <new>
#include "debug.h"
ARGUMENT(int, FORM)

static NOINLINE void *make() {
    switch (FORM) {
        case 1: case 5: return hide(::operator new[](500));
        case 3: return hide(::operator new(500, std::align_val_t{64}));
        case 4: return hide(::operator new(500, std::nothrow));
        default: return hide(::operator new(500));
    }
}

static NOINLINE void release(void *block) {
    switch (FORM) {
        case 0: ::operator delete(block); break;
        case 1: ::operator delete[](block); break;
        case 2: ::operator delete(block, (size_t)500); break;
        case 3: ::operator delete(block, std::align_val_t{64}); break;
        case 4: ::operator delete(block, std::nothrow); break;
        default: ::operator delete[](block, (size_t)500);
    }
}

int main() {
    void *block = announce(make());
    release(block);        // first delete
    release(hide(block));  // second delete
    return 0;
}
