// Proves that the installed new-handler is called again and again until it removes itself, and that bad_alloc comes then.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
#include <new>
#include "check.h"
static int calls;

static void handler() {
    if (++calls % 5 == 0) std::set_new_handler(nullptr);
}

int main() {
    volatile size_t size = PTRDIFF_MAX;
    for (int form = 0; form < 4; form++) {
        bool caught = false;
        calls = 0;
        std::set_new_handler(handler);
        try {
            if (form == 0) ::operator new(size);
            if (form == 1) ::operator new[](size);
            if (form == 2) ::operator new(size, std::align_val_t{256});
            if (form == 3 && ::operator new(size, std::nothrow) == nullptr) throw std::bad_alloc();
        } catch (const std::bad_alloc &) {
            caught = true;
        }
        CHECK(caught, "form %d: no bad_alloc", form);
        CHECK(calls == 5, "form %d: the handler was called %d times", form, calls);
    }
    return 0;
}
