// Proves that with ON_ERROR=continue the reports and the last line that counts go to the log file too.
// expect: exit 0
// stderr-none
// report: ^=={PROCESS}==ERROR: swiftmalloc: double-free on address
// report: ^SUMMARY: swiftmalloc: double-free
// report: ^=={PROCESS}==SUMMARY: swiftmalloc: 10 errors, 1 distinct$
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_ON_ERROR=continue SWIFTMALLOC_LOG={TMP}/log.%p
#include "debug.h"

int main(void) {
    tell("process", getpid());
    void *block = malloc(100);
    for (int i = 0; i < 11; i++) free(hide(block));
    return 0;
}
