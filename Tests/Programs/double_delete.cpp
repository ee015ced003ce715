// Proves that operator delete of a deleted block is found, in every form.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \([0-9]+-byte block\),
// arguments: FORM=0 FORM=1 FORM=2 FORM=3 FORM=4
// also: DEBUG=1
#include <new>
#include "check.h"
ARGUMENT(int, FORM)

static void release(void *block) {
    if (FORM == 0) ::operator delete(block);
    if (FORM == 1) ::operator delete[](block);
    if (FORM == 2) ::operator delete(block, (size_t)500);
    if (FORM == 3) ::operator delete(block, std::align_val_t{64});
    if (FORM == 4) ::operator delete(block, std::nothrow);
}

int main() {
    void *block = FORM == 1 ? ::operator new[](500) : FORM == 3 ? ::operator new(500, std::align_val_t{64}) : ::operator new(500);
    announce(block);
    release(block);
    release(hide(block));
    return 0;
}
