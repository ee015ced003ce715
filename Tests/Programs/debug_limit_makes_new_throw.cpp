// Proves that beyond LIMIT new calls its handler, then throws bad_alloc, and nothrow new gives null.
// expect: exit 0
// stderr-any: ^==[0-9]+==WARNING: swiftmalloc: the 1048576 bytes that LIMIT allows are in use
// stderr-count: 1
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_LIMIT=1m
// env: SWIFTMALLOC_DEBUG=guard SWIFTMALLOC_LIMIT=1m
#include <new>
#include <vector>
#include "debug.h"
static int calls;

int main() {
    bool caught = false;
    std::set_new_handler([] {
        if (++calls == 3) std::set_new_handler(nullptr);
    });
    try {
        std::vector<char> bytes;
        while (true) bytes.resize(bytes.size() * 2 + 1000);
    } catch (const std::bad_alloc &) {
        caught = true;
    }
    CHECK(caught && calls == 3, "caught %d, the handler was called %d times", caught, calls);
    CHECK(::operator new(2 * MIB, std::nothrow) == nullptr, "nothrow new gave a block");
    std::vector<char> again(500000);
    return again[7];
}
