// Proves that a free of memory of libc (a function, its stdout) names its file.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: invalid-free on address {ADDRESS} \(in /.*libc[-.0-9]*\.so[^)]*\), thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:bad free}$
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// arguments: WHAT=0 WHAT=1
#include "debug.h"
ARGUMENT(int, WHAT)

int main(void) {
    free(announce(WHAT ? (void *)stdout : function("qsort")));  // bad free
    return 0;
}
