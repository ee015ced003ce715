// Proves that a free of an address in the brk heap, as glibc's own early blocks are, is named once and harms nothing.
// expect: exit 0
// stderr: ^==[0-9]+==WARNING: swiftmalloc: .*{ADDRESS}
// stderr-count: 1
// also: DEBUG=1
#include "check.h"

int main(void) {
    char *area = sbrk(65536);
    if (area == (char *)-1) SKIP("no brk heap here");
    fill(area, 65536, 7);
    free(announce((char *)(((uintptr_t)area + 15) & ~(uintptr_t)15) + 160));
    CHECK(filled(area, 65536, 7), "the brk heap changed");
    free(malloc(100));
    return 0;
}
