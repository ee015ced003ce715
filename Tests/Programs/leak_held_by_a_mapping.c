// Proves that a block is not lost while a mapping of the program is all that has it: private, shared, of a file, made read-only, at its very end.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 block$
// stderr-count: 1
// report: ^Direct leak of 1000 byte\(s\) in 1 object\(s\) allocated from:$
// report: ^  definitely lost: 1000 bytes in 1 block$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report-not: (Direct|Indirect) leak of ([0-9]{1,3}|[^1][0-9]+) byte
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
// arguments: KIND=0 KIND=1 KIND=2 KIND=3 KIND=4 KIND=5 KIND=6
#include <sys/mman.h>
#include "leak.h"
ARGUMENT(int, KIND)
enum { size = 1 << 20 };
static uintptr_t mapping;  // concealed: the mapping itself needs no pointer to it

HELPER void build(void) {
    int flags[] = {MAP_PRIVATE | MAP_ANONYMOUS, MAP_SHARED | MAP_ANONYMOUS, MAP_PRIVATE, MAP_SHARED,
                   MAP_PRIVATE | MAP_ANONYMOUS, MAP_SHARED | MAP_ANONYMOUS, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE};
    int file = KIND == 2 || KIND == 3 ? memfd_create("mapping", 0) : -1;
    if (file >= 0) CHECK(ftruncate(file, size) == 0, "ftruncate");
    void **words = mmap(NULL, size, PROT_READ | PROT_WRITE, flags[KIND], file, 0);
    CHECK(words != MAP_FAILED, "mmap");
    words[size / 8 - 1] = malloc(100);
    words[KIND * 1000] = malloc(101);
    if (KIND == 4 || KIND == 5) CHECK(mprotect(words, size, PROT_READ) == 0, "mprotect");
    if (KIND == 6) words = mremap(words, size, 64 * size, MREMAP_MAYMOVE);
    mapping = conceal(words);
}

int main(void) {
    away(build);
    lose(1000);
    return mapping == 0;
}
