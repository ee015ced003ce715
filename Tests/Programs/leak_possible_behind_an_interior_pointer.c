// Proves that a block that only a pointer into its middle finds is possibly lost, with all that it alone points to, and
// that this is said only by LEAKS=all.
// stderr: ^==[0-9]+==INFO: swiftmalloc: no leaks$
// stderr-count: 1
// report: ^Possible leak of 200 byte\(s\) in 1 object\(s\) allocated from:$
// report: ^ +#1 0x[0-9a-f]+ in build +.*{FILE}:{LINE:interior}$
// report: ^Possible leak of 72 byte\(s\) in 1 object\(s\) allocated from:$
// report: ^ +#1 0x[0-9a-f]+ in build +.*{FILE}:{LINE:behind it}$
// report: ^  definitely lost: 0 bytes in 0 blocks$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report: ^  possibly lost: 272 bytes in 2 blocks$
// env: SWIFTMALLOC_LEAKS=all
// env: SWIFTMALLOC_LEAKS=all SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_LEAKS=all SWIFTMALLOC_DEBUG=guard
// arguments: AT=16 AT=17 AT=101 AT=199
#include "leak.h"
ARGUMENT(int, AT)
static char *middle;

HELPER void build(void) {
    void **block = make(200);  // interior
    *block = make(72);         // behind it
    middle = (char *)block + AT;
}

int main(void) {
    away(build);
    return middle == NULL;
}
