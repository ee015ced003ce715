// Proves that operator new of no bytes gives distinct blocks, never null, and that delete of null does nothing.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
#include <new>
#include "check.h"

int main() {
    void *blocks[500];
    for (int i = 0; i < 500; i++) {
        blocks[i] = i % 2 ? ::operator new(0) : ::operator new[](0, std::nothrow);
        CHECK(blocks[i] != nullptr, "null");
        for (int j = 0; j < i; j++) CHECK(blocks[i] != blocks[j], "%d and %d are the same", i, j);
    }
    for (int i = 0; i < 500; i++) i % 2 ? ::operator delete(blocks[i]) : ::operator delete[](blocks[i]);
    ::operator delete(hide(nullptr));
    ::operator delete[](hide(nullptr));
    ::operator delete(hide(nullptr), (size_t)8);
    ::operator delete(hide(nullptr), std::align_val_t{64});
    ::operator delete(hide(nullptr), std::nothrow);
    return 0;
}
