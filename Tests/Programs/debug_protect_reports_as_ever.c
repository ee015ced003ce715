// Proves that with PROTECT=1 errors are reported as without it: three stacks of a double free, an overflow, a fault.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: {KIND} on address {ADDRESS} \(
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:allocation}$
// report: ^SUMMARY: swiftmalloc: {KIND}
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_PROTECT=1
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_PROTECT=1 SWIFTMALLOC_FRAMES=64
// arguments: KIND=double-free,WHAT=0 KIND=heap-buffer-overflow,WHAT=1 KIND=heap-use-after-free,WHAT=2
#include "debug.h"
ARGUMENT(int, WHAT)

int main(void) {
    char *block = malloc(WHAT == 2 ? 100000 : 61);  // allocation
    announce(block + (WHAT == 1 ? 61 : 0));
    if (WHAT == 1) *(char *)hide(block + 61) = 1;
    free(block);
    if (WHAT == 0) free(hide(block));
    return *(volatile char *)hide(block) == 1;
}
