// Proves that system calls given inaccessible memory of ours answer EFAULT as for any such memory: no signal, no report.
// expect: exit 0
// stderr-none
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
#include "debug.h"

int main(void) {
    char *freed = malloc(100000);
    free(freed);
    int zero = open("/dev/zero", O_RDONLY), file = open("/proc/self/exe", O_RDONLY);
    CHECK(read(zero, hide(freed), 100) == -1 && errno == EFAULT, "read into a freed block");
    CHECK(pread(file, hide(freed + 5000), 100, 0) == -1 && errno == EFAULT, "pread into a freed block");
    CHECK(open(hide(freed), O_RDONLY) == -1 && errno == EFAULT, "open of a name in a freed block");
    return 0;
}
