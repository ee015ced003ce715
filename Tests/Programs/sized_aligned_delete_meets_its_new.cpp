// Proves that a program which replaced only the plain operator new and delete gets no over-aligned block in its delete: the
// sized aligned delete belongs to the aligned new (C++23 17.6.3.3), in another thread, too, and for blocks of any size.
// expect: exit 0
// stderr-none
// env: UNUSED=1
// env: SWIFTMALLOC_DEBUG=1
// link: -pthread
// also: DEBUG=1 LIVE=1
#include <cstdlib>
#include <new>
#include <thread>
#include "check.h"

static char arena[1 << 20];
static size_t used;
void *operator new(std::size_t size) {
    used += (size + 15) & ~(std::size_t)15;
    CHECK(used < sizeof arena, "arena");
    return arena + used;
}
void operator delete(void *block) noexcept {
    CHECK(!block || ((char *)block >= arena && (char *)block <= arena + sizeof arena), "delete of a block that is not ours");
}
template <int size> struct alignas(64) Aligned { char bytes[size]; };
template <int size> static void pair() {
    auto *here = new Aligned<size>;
    auto *there = new Aligned<size>;
    CHECK((uintptr_t)here % 64 == 0, "alignment");
    ::operator delete(here, sizeof *here, std::align_val_t(64));
    std::thread([=] { ::operator delete(there, sizeof *there, std::align_val_t(64)); }).join();
}
int main() {
    pair<64>();
    pair<4096>();
    pair<100000>();
    pair<6000000>();
    return 0;
}
