// Proves that a program at a fixed address, in which malloc has an address of the program's own (its jump there), is not
// taken for one with a malloc of its own: nothing is said, and frees that are told a size reach our heap.
// link: -no-pie -fno-pie
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_LEAKS=1
// env:
// stderr-none
#include "check.h"

void free_sized(void *, size_t) __attribute__((weak));

int main(void) {
    // Instructions hold these addresses, so the linker must know them: they become the program's own.
    void *(*volatile allocate)(size_t) = malloc;
    void *(*volatile resize)(void *, size_t) = realloc;
    void (*volatile release)(void *) = free;
    char *block = allocate(100);
    CHECK(block, "no block");
    block = resize(block, 5000);
    CHECK(block, "no longer block");
    release(block);
    if (!free_sized) return 0;
    char *other = allocate(40);
    free_sized(other, 40);
    return 0;
}
