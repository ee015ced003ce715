// Proves that every throwing form of operator new throws std::bad_alloc when there is no memory, again and again.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
#include <new>
#include "check.h"

template <class Call> static void throws(const char *form, Call call) {
    for (int round = 0; round < 10; round++) {
        bool caught = false;
        try {
            call();
        } catch (const std::bad_alloc &failure) {
            caught = failure.what() != nullptr;
        }
        CHECK(caught, "%s did not throw", form);
    }
}

int main() {
    volatile size_t most = PTRDIFF_MAX, beyond = SIZE_MAX - 100;
    throws("new", [&] { return ::operator new(most); });
    throws("new, beyond", [&] { return ::operator new(beyond); });
    throws("new[]", [&] { return ::operator new[](most); });
    throws("aligned new", [&] { return ::operator new(most, std::align_val_t{64}); });
    throws("aligned new, beyond", [&] { return ::operator new(beyond, std::align_val_t{4096}); });
    throws("aligned new[]", [&] { return ::operator new[](most, std::align_val_t{64}); });
    void *block = ::operator new(100);
    ::operator delete(block);
    return 0;
}
