// Proves that what a static object's destructor, a library's destructor and an exit handler free at the very end is no leak.
// stderr-none
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23 SWIFTMALLOC_DEBUG=1
// needs: so leak_library.c
// link: -ldl
#include "leak.h"
static uintptr_t ofHandler;
struct owner {
    uintptr_t concealed;
    owner() { concealed = conceal(malloc(100)); }
    ~owner() { free(reveal(concealed)); }
};
static owner object;
static thread_local owner ofThread;

static void release(void) { free(reveal(ofHandler)); }
HELPER void build(void) { ofHandler = conceal(malloc(50)), ofThread.concealed ^= 0; }

__attribute__((constructor(101))) static void early(void) { ofHandler = conceal(malloc(50)), atexit(release), free(reveal(ofHandler)); }

int main() {
    away(build);
    void *library = openLibrary();
    call(library, "hold_for_destructor");
    return 0;
}
