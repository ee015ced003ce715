// Proves that realloc of another allocator's block gives a block of ours with what could be copied, and says so.
// expect: exit 0
// stderr: ^==[0-9]+==WARNING: swiftmalloc: .*{ADDRESS}
// stderr-count: 1
// arguments: WHERE=0 WHERE=1
// also: DEBUG=1
#include <sys/mman.h>
#include "check.h"
ARGUMENT(int, WHERE)

int main(void) {
    char *area = WHERE ? sbrk(8192) : mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (area == (char *)-1) SKIP("no brk heap here");
    area = (char *)(((uintptr_t)area + 15) & ~(uintptr_t)15);
    fill(area, 8000, 5);
    announce(area);
    char *block = realloc(hide(area), 6000);
    CHECK(block != NULL && block != area && filled(block, 6000, 5), "nothing was copied");
    fill(block, 6000, 6);
    CHECK(filled(area, 8000, 5), "the old block changed");
    block = realloc(block, 100000);
    CHECK(block && filled(block, 6000, 6), "it is no block of ours");
    free(block);
    return 0;
}
