// Proves that REPORT_SOURCE=0 leaves the lines of source out of reports.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS}
// report: ^allocated by thread "
// report-not: ^[ >]+[0-9]+ \|
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_REPORT_SOURCE=0
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_REPORT_SOURCE=0
#include "debug.h"

int main(void) {
    void *block = announce(malloc(64));
    free(block);
    free(hide(block));
    return 0;
}
