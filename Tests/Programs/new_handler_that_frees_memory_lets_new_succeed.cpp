// Proves that operator new tries again after the new-handler made room.
// expect: exit 0
// stderr-none
// production-only: the debug heap keeps freed memory in quarantine
// also: LIVE=1
#include <new>
#include <sys/resource.h>
#include "check.h"
static void *reserve;
static int calls;

static void handler() {
    calls++;
    CHECK(reserve != nullptr, "called once more after the reserve was freed");
    free(reserve);
    reserve = nullptr;
}

int main() {
    reserve = malloc(600 * MIB);
    CHECK(reserve != nullptr, "no reserve");
    struct rlimit limit = {virtualSize() + 100 * MIB, virtualSize() + 100 * MIB};
    CHECK(setrlimit(RLIMIT_AS, &limit) == 0, "setrlimit");
    std::set_new_handler(handler);
    void *block = ::operator new(500 * MIB);
    CHECK(block != nullptr && calls == 1, "%d calls", calls);
    ::operator delete(block);
    return 0;
}
