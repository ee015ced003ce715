// Proves that a block stays reachable where both its start and its middle are pointed to, and where the start is in a
// block that is possibly lost only.
// stderr: ^==[0-9]+==INFO: swiftmalloc: no leaks$
// report: ^Possible leak of 80 byte\(s\) in 1 object\(s\) allocated from:$
// report: ^Still reachable: 200 byte\(s\) in 1 object\(s\) allocated from:$
// report: ^ +#0 0x[0-9a-f]+ in build +.*{FILE}:{LINE:both}$
// report: ^  possibly lost: 80 bytes in 1 block$
// report-not: (Possible|Direct|Indirect) leak of 200
// env: SWIFTMALLOC_LEAKS=all
// env-all: SWIFTMALLOC_LEAKS=all SWIFTMALLOC_DEBUG=1
#include "leak.h"
static char *middle, *start, *middleOfOther;

HELPER void build(void) {
    void **other = make(80);
    start = malloc(200);  // both
    middle = start + 100;
    other[0] = start, other[1] = middle;
    middleOfOther = (char *)other + 24;
}

int main(void) {
    away(build);
    return start == NULL || middleOfOther == middle;
}
