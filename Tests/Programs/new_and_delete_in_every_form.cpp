// Proves that every form of operator new and delete works: plain, nothrow, sized, aligned and their arrays.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
#include <new>
#include "check.h"

static void take(void *block, size_t size, size_t alignment) {
    CHECK(block != nullptr && (uintptr_t)block % alignment == 0, "%p for %zu at %zu", block, size, alignment);
    fill(block, size, 0x77);
    CHECK(filled(block, size, 0x77), "not writable");
}

int main() {
    for (size_t size = 0; size < 3000000; size = size * 3 + 1) {
        void *b;
        take(b = ::operator new(size), size, 16), ::operator delete(b);
        take(b = ::operator new(size), size, 16), ::operator delete(b, size);
        take(b = ::operator new(size, std::nothrow), size, 16), ::operator delete(b, std::nothrow);
        take(b = ::operator new[](size), size, 16), ::operator delete[](b);
        take(b = ::operator new[](size), size, 16), ::operator delete[](b, size);
        take(b = ::operator new[](size, std::nothrow), size, 16), ::operator delete[](b, std::nothrow);
        for (size_t alignment = 8; alignment <= 65536; alignment *= 4) {
            std::align_val_t at{alignment};
            take(b = ::operator new(size, at), size, alignment), ::operator delete(b, at);
            take(b = ::operator new(size, at), size, alignment), ::operator delete(b, size, at);
            take(b = ::operator new(size, at, std::nothrow), size, alignment), ::operator delete(b, at, std::nothrow);
            take(b = ::operator new[](size, at), size, alignment), ::operator delete[](b, at);
            take(b = ::operator new[](size, at), size, alignment), ::operator delete[](b, size, at);
            take(b = ::operator new[](size, at, std::nothrow), size, alignment), ::operator delete[](b, at, std::nothrow);
        }
    }
    return 0;
}
