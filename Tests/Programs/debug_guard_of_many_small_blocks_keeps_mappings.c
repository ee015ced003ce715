// Proves that guard mode gives many more small blocks than the system allows mappings and takes no more mappings for them than a part of those that the system
// allows: the pages of blocks beyond are hidden, or, where the system hides none, blocks are not guarded.
// env: SWIFTMALLOC_DEBUG=guard
// env: SWIFTMALLOC_DEBUG=guard-before
// arguments: SIZE=100,COUNT=150000
// arguments-all: SIZE=100,COUNT=600000 SIZE=2,COUNT=600000
// timeout: 60
#include <sys/mman.h>
#include "debug.h"
enum { most = 40000 };
ARGUMENT(int, SIZE)
ARGUMENT(int, COUNT)

static int mappingCount(void) {
    int lines = 0, c;
    FILE *file = fopen("/proc/self/maps", "r");
    CHECK(file, "no /proc/self/maps: errno %d", errno);
    while ((c = getc(file)) != EOF) lines += c == '\n';
    fclose(file);
    return lines;
}

int main(void) {
    for (int i = 0; i < COUNT; i++) {
        char *block = hide(malloc(SIZE));
        CHECK(block, "no block %d", i);
        block[0] = block[SIZE - 1] = 1;
    }
    int mappings = mappingCount();
    CHECK(mappings <= most, "%d mappings", mappings);
    void *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(page != MAP_FAILED, "the program gets no mapping: errno %d", errno);
    _exit(0);
}
