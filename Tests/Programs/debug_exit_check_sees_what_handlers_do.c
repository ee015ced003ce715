// Proves that the look at all blocks at exit comes after the program's handlers and destructors: what these free is no
// longer checked as live, what these damage is found.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-buffer-overflow on address {ADDRESS} \(1 byte written, 0 bytes after the end of the 100-byte block at {BLOCK}, found by exit\)(, thread |$)
// stderr-count: 1
// env: SWIFTMALLOC_DEBUG=1
// arguments: LATE=0 LATE=1
#include "debug.h"
ARGUMENT(int, LATE)
static char *block, *other;

static void damage(void) {
    *(char *)announce(block + 100) = 1;
    free(other);
}

static void handler(void) {
    if (!LATE) damage();
}

__attribute__((destructor)) static void last(void) {
    if (LATE) damage();
}

int main(void) {
    block = tellAddress("block", malloc(100));
    other = malloc(100);
    atexit(handler);
    return 0;
}
