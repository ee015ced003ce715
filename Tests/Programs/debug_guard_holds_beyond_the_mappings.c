// Proves that guard mode guards the 60,000th block as it does the first, small or large, live or freed, where the system can hide
// pages (Linux 6.13), and leaves the program half of its mappings.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: {KIND} on address {ADDRESS} .* the (freed )?{SIZE}-byte block at {BLOCK}
// env: SWIFTMALLOC_DEBUG=guard
// env: SWIFTMALLOC_DEBUG=guard-before
// arguments: SIZE=64,HOW=0 SIZE=64,HOW=1 SIZE=20480,HOW=0 SIZE=20480,HOW=1
// timeout: 60
#include <sys/mman.h>
#include "debug.h"
ARGUMENT(int, SIZE)
ARGUMENT(int, HOW)
enum { count = 60000 };

int main(void) {
    static char *blocks[count];
    char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (madvise(page, 4096, 102) != 0) SKIP("this system hides no pages: errno %d", errno);
    for (int i = 0; i < count; i++) {
        blocks[i] = malloc(SIZE);
        CHECK(blocks[i], "no block %d", i);
    }
    int mappings = 0, c;
    FILE *file = fopen("/proc/self/maps", "r");
    while ((c = getc(file)) != EOF) mappings += c == '\n';
    CHECK(mappings < 33000, "%d mappings", mappings);
    char *block = tellAddress("block", blocks[count - 5]);
    volatile char *wrong = HOW ? block + SIZE / 2 : isMode("guard") ? block + SIZE : block - 1;
    dprintf(1, "kind=heap-%s\n", HOW ? "use-after-free" : isMode("guard") ? "buffer-overflow" : "buffer-underflow");
    if (HOW) free(block);
    announce((char *)wrong);
    return *wrong;
}
