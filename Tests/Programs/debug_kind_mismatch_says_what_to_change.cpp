// Proves that the report of a block that the wrong function frees says which one to use.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: kind-mismatch on address {ADDRESS}
// report: ^HINT: {HINT}$
// arguments: CASE=1 CASE=2 CASE=3 CASE=4 CASE=5 CASE=6
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
#include "debug.h"
ARGUMENT(int, CASE)

int main() {
    char *block = CASE <= 2 ? new char[64] : CASE <= 4 ? static_cast<char *>(malloc(64)) : new char;
    announce(block);
    static const char *const hints[] = {
        "what new\\[\\] gave is freed with delete\\[\\], not with delete",
        "what new\\[\\] gave is freed with delete\\[\\], not with free",
        "what malloc, calloc or realloc gave is freed with free, not with delete\\[\\]",
        "what malloc, calloc or realloc gave is freed with free, not with delete",
        "what new gave is freed with delete, not with delete\\[\\]",
        "realloc takes only what malloc, calloc or realloc gave: allocate this block with malloc, or copy it into a new one",
    };
    dprintf(1, "hint=%s\n", hints[CASE - 1]);
    switch (CASE) {
    case 1: operator delete(block); break;
    case 2: free(block); break;
    case 3: operator delete[](block); break;
    case 4: operator delete(block); break;
    case 5: operator delete[](block); break;
    default: block = static_cast<char *>(realloc(block, 100));
    }
    return 1;
}
