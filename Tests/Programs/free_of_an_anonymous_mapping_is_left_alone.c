// Proves that a free of another allocator's block in an anonymous mapping is named once and harms nothing.
// expect: exit 0
// stderr: ^==[0-9]+==WARNING: swiftmalloc: .*{ADDRESS}
// stderr-count: 1
// arguments: OFFSET=0 OFFSET=64 OFFSET=5000
// also: DEBUG=1
#include <sys/mman.h>
#include "check.h"
ARGUMENT(int, OFFSET)

int main(void) {
    char *area = mmap(NULL, MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    fill(area, MIB, 7);
    errno = 1234;
    free(announce(area + OFFSET));
    CHECK(errno == 1234, "errno changed");
    free(hide(area + OFFSET));
    CHECK(filled(area, MIB, 7), "the mapping changed");
    munmap(area, MIB);
    return 0;
}
