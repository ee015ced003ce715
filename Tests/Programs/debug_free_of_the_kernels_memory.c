// Proves that a free of an address in the page of functions that the kernel maps into every process says so.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: invalid-free on address {ADDRESS} \(in memory of the kernel's\), thread "[^"]+" \([0-9]+\)$
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:bad free}$
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
#include <sys/auxv.h>
#include "debug.h"

int main(void) {
    char *object = (char *)getauxval(AT_SYSINFO_EHDR);
    if (object == NULL) SKIP("this kernel has no vDSO");
    free(announce(object + 64));  // bad free
    return 0;
}
