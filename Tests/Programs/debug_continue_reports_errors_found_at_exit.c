// Proves that with ON_ERROR=continue errors found at exit are reported, then counted; the exit status stays the program's.
// expect: exit 3
// report: ^==[0-9]+==ERROR: swiftmalloc: double-free on address
// report: ^==[0-9]+==ERROR: swiftmalloc: heap-(buffer-overflow|use-after-free) on address 0x[0-9a-f]+ \(.*, found by exit\)(, thread |$)
// report: ^==[0-9]+==ERROR: swiftmalloc: heap-(buffer-overflow|use-after-free) on address 0x[0-9a-f]+ \(.*, found by exit\)(, thread |$)
// report: ^==[0-9]+==SUMMARY: swiftmalloc: 3 errors, 3 distinct$
// stderr-count: 4
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_ON_ERROR=continue
#include "debug.h"
static char *kept;

int main(void) {
    char *freed = malloc(100), *twice = malloc(100);
    kept = malloc(100);
    free(twice);
    free(hide(twice));
    free(freed);
    *(char *)hide(freed + 50) = 1;
    kept[100] = 1;
    return 3;
}
