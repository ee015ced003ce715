// Proves that with FRAMES=0 an invalid free has the same first line, with what is known of the address, and no frame.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: invalid-free on address {ADDRESS} \({WHERE}\), thread "[^"]+" \([0-9]+\)$
// report: ^==[0-9]+==ERROR
// report-not: ^ +#[0-9]
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_FRAMES=0
// env: SWIFTMALLOC_DEBUG=guard SWIFTMALLOC_FRAMES=0
// arguments: WHAT=0 WHAT=1
#include "debug.h"
ARGUMENT(int, WHAT)
static long data[100] = {1, 2, 3};

int main(void) {
    char *block = malloc(100);
    if (WHAT) dprintf(1, "where=in /.*debug_free_of_a_static_address[^)]*\n");
    else dprintf(1, "where=16 bytes inside the 100-byte block at 0x%lx\n", (unsigned long)block);
    free(announce(WHAT ? (char *)data : block + 16));
    return 0;
}
