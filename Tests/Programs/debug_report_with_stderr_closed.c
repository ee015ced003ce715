// Proves that an error stops the process also where nobody can read why.
// expect: abort
// stderr-none
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// arguments: FAULTS=0 FAULTS=1
#include "debug.h"
ARGUMENT(int, FAULTS)

int main(void) {
    char *block = malloc(100000);
    close(2);
    free(block);
    if (FAULTS) return *(volatile char *)hide(block) == 1;
    free(hide(block));
    return 0;
}
