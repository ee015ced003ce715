// Proves that LOG=path with %p sends the whole report, stacks and summary, to the file of that process, nothing to stderr.
// expect: abort
// stderr-none
// report: ^=={PROCESS}==ERROR: swiftmalloc: double-free on address {ADDRESS} \(100-byte block\), thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:second free}$
// report: ^freed first by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:first free}$
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:allocation}$
// report: ^SUMMARY: swiftmalloc: double-free .*{FILE}:{LINE:second free} in main$
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_LOG={TMP}/log.%p
// env: SWIFTMALLOC_DEBUG=guard SWIFTMALLOC_LOG={TMP}/log.%e
// env: SWIFTMALLOC_OPTIONS=DEBUG=1,LOG={TMP}/log
#include "debug.h"

int main(void) {
    tell("process", getpid());
    void *block = announce(malloc(100));  // allocation
    free(block);                          // first free
    free(hide(block));                    // second free
    return 0;
}
