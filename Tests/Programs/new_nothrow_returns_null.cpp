// Proves that the nothrow forms of operator new return null when there is no memory and no new-handler.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
#include <new>
#include "check.h"

int main() {
    volatile size_t sizes[] = {PTRDIFF_MAX, SIZE_MAX, SIZE_MAX - 64, (size_t)1 << 60};
    for (size_t size : sizes) {
        CHECK(::operator new(size, std::nothrow) == nullptr, "new(%zx)", size);
        CHECK(::operator new[](size, std::nothrow) == nullptr, "new[](%zx)", size);
        CHECK(::operator new(size, std::align_val_t{128}, std::nothrow) == nullptr, "aligned new(%zx)", size);
        CHECK(::operator new[](size, std::align_val_t{128}, std::nothrow) == nullptr, "aligned new[](%zx)", size);
    }
    return 0;
}
