// Proves that an exception from the new-handler passes through operator new, and that the nothrow form turns it into null.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
#include <new>
#include "check.h"
struct OurOwn : std::bad_alloc {};

static void handler() { throw OurOwn(); }

int main() {
    volatile size_t size = PTRDIFF_MAX;
    std::set_new_handler(handler);
    for (int round = 0; round < 20; round++) {
        int caught = 0;
        try {
            ::operator new(size);
        } catch (const OurOwn &) {
            caught = 1;
        } catch (...) {
            caught = 2;
        }
        CHECK(caught == 1, "came %d", caught);
        CHECK(::operator new(size, std::nothrow) == nullptr, "nothrow form");
        CHECK(::operator new[](size, std::nothrow) == nullptr, "nothrow array form");
    }
    return 0;
}
