// Proves that small blocks still come in the debug heap when the program itself has taken every mapping that the system allows:
// new slices join those before, and nothing is split.
// expect: exit 0
// stderr-none
// env: SWIFTMALLOC_DEBUG=1
// timeout: 60
#include <sys/mman.h>
#include "debug.h"
enum { most = 100000, count = 20000 };

int main(void) {
    char *first = hide(malloc(1000));
    char *pages = mmap(NULL, 8192L * most, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    CHECK(first && pages != MAP_FAILED, "no addresses: errno %d", errno);
    long pieces = 0;
    while (pieces < most && mprotect(pages + 8192 * pieces, 4096, PROT_READ) == 0) pieces++;
    if (pieces == most) SKIP("this system allows more than %d mappings", most);
    for (int i = 0; i < count; i++) {
        char *block = hide(malloc(1000));
        if (!block) munmap(pages, 8192L * most);
        CHECK(block, "no block %d after %ld mappings", i, pieces);
        block[999] = 1;
    }
    munmap(pages, 8192L * most);
    return 0;
}
