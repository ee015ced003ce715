// Proves that a check that finds nothing says so when it is to, and how many blocks it has looked at.
// stderr: ^==[0-9]+==INFO: swiftmalloc: no leaks: the check has looked at 30 bytes in 3 blocks$
// stderr-count: 1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_SUMMARY=1 SWIFTMALLOC_LEAK_EXIT_CODE=23
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_SUMMARY=1 SWIFTMALLOC_DEBUG=1
// not-compared: it is about the library's own line
#include "leak.h"
static void *volatile blocks[3];

int main(void) {
    for (int i = 0; i < 3; i++) blocks[i] = hide(malloc(10));
    return 0;
}
