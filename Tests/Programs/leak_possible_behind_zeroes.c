// Proves that zeroes in front of an interior pointer make neither a string's head nor a count of it: the block is possibly lost.
// stderr: ^==[0-9]+==INFO: swiftmalloc: no leaks$
// report: ^Possible leak of 100 byte\(s\) in 1 object\(s\) allocated from:$
// report: ^  possibly lost: 100 bytes in 1 block$
// arguments: AT=8 AT=16 AT=24 AT=32
// env: SWIFTMALLOC_LEAKS=all
// env-all: SWIFTMALLOC_LEAKS=all SWIFTMALLOC_DEBUG=1
#include "leak.h"
ARGUMENT(int, AT)
static char *middle;

HELPER void build(void) { middle = (char *)make(100) + AT; }

int main(void) {
    away(build);
    return middle == NULL;
}
