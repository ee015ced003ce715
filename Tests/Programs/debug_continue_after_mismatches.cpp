// Proves that with ON_ERROR=continue mismatches of size, alignment and kind are reported once each and the blocks are freed.
// expect: exit 5
// report: ^==[0-9]+==ERROR: swiftmalloc: size-mismatch on address 0x[0-9a-f]+ \(100-byte block freed with size 50\), thread "
// report: ^==[0-9]+==ERROR: swiftmalloc: alignment-mismatch on address 0x[0-9a-f]+ \(block with alignment 64 freed with alignment 256\), thread "
// report: ^==[0-9]+==ERROR: swiftmalloc: kind-mismatch on address 0x[0-9a-f]+ \(100-byte block of operator new freed by free\), thread "
// report: ^==[0-9]+==ERROR: swiftmalloc: kind-mismatch on address 0x[0-9a-f]+ \(100-byte block of operator new\[\] freed by realloc\), thread "
// report: ^==[0-9]+==SUMMARY: swiftmalloc: 400 errors, 4 distinct$
// stderr-count: 5
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_ON_ERROR=continue
// env: SWIFTMALLOC_DEBUG=guard SWIFTMALLOC_ON_ERROR=continue
#include <new>
#include "debug.h"
#include "workout.h"

int main() {
    for (int i = 0; i < 100; i++) {
        ::operator delete(hide(::operator new(100)), (size_t)50);
        ::operator delete(hide(::operator new(100, std::align_val_t{64})), std::align_val_t{256});
        free(hide(::operator new(100)));
        char *array = (char *)::operator new[](100);
        fill(array, 100, 9);
        char *grown = (char *)realloc(hide(array), 200);
        CHECK(grown != nullptr && filled(grown, 100, 9), "realloc gave %p", grown);
        free(grown);
    }
    workout(1, 5000);
    exit(5);
}
