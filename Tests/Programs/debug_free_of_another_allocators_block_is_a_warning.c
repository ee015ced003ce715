// Proves that blocks of another allocator, in the brk heap or an anonymous mapping, are named once and left alone.
// expect: exit 0
// stderr: ^==[0-9]+==WARNING: swiftmalloc: .*{ADDRESS}
// stderr-count: 1
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// arguments: WHERE=0 WHERE=1
#include <sys/mman.h>
#include "workout.h"
ARGUMENT(int, WHERE)

int main(void) {
    char *area = WHERE ? sbrk(8192) : mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (area == (char *)-1) SKIP("no brk heap here");
    fill(area, 8192, 5);
    area = (char *)(((uintptr_t)area + 15) & ~(uintptr_t)15) + 160;
    announce(area);
    for (int i = 0; i < 100; i++) free(hide(area + i * 16));
    CHECK(filled(area, 4000, 5), "the block changed");
    workout(1, 1000);
    return 0;
}
