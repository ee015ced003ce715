// Proves that a block released by another family than allocated it is reported with both names.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: kind-mismatch on address {ADDRESS} \(64-byte block of {ALLOCATOR} freed by {RELEASE}\), thread "[^"]+" \([0-9]+\)$
// report: ^ +#0 0x[0-9a-f]+ in .*release.* +.*{FILE}:
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in .*make.* +.*{FILE}:
// report: ^SUMMARY: swiftmalloc: kind-mismatch .*{FILE}:[0-9]+ in .*release
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// arguments: FROM=0,TO=2 FROM=0,TO=3 FROM=1,TO=2 FROM=1,TO=3 FROM=2,TO=0 FROM=2,TO=1 FROM=2,TO=3 FROM=3,TO=0 FROM=3,TO=1 FROM=3,TO=2
// arguments: FROM=4,TO=0 FROM=5,TO=2 FROM=0,TO=4 FROM=3,TO=4 FROM=0,TO=5 FROM=2,TO=5 FROM=2,TO=6 FROM=6,TO=2
#include <new>
#include "debug.h"
ARGUMENT(int, FROM)
ARGUMENT(int, TO)

static NOINLINE void *make() {
    dprintf(1, "allocator=%s\n", FROM == 2 || FROM == 4 ? "operator new" : FROM == 3 || FROM == 5 ? "operator new\\[\\]" : "malloc");
    switch (FROM) {
        case 0: return hide(malloc(64));
        case 1: return hide(calloc(8, 8));
        case 2: return hide(::operator new(64));
        case 3: return hide(::operator new[](64));
        case 4: return hide(::operator new(64, std::nothrow));
        case 5: return hide(::operator new[](64, std::nothrow));
        default: return hide(realloc(malloc(10), 64));
    }
}

static NOINLINE void release(void *block) {
    const char *names[] = {"free", "realloc", "operator delete", "operator delete\\[\\]", "operator delete", "operator delete\\[\\]", "free"};
    dprintf(1, "release=%s\n", names[TO]);
    switch (TO) {
        case 0: free(block); break;
        case 1: hide(realloc(block, 100)); break;
        case 2: ::operator delete(block); break;
        case 3: ::operator delete[](block); break;
        case 4: ::operator delete(block, (size_t)64); break;
        case 5: ::operator delete[](block, std::nothrow); break;
        default: freeSized(block, 64);
    }
}

int main() {
    release(announce(make()));
    return 0;
}
