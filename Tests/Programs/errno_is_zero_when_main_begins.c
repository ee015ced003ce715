// Proves that a program begins with an errno of 0 (C23 7.5), whatever the library looked for before: programs call strtol and look.
// env: A=1
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// env: SWIFTMALLOC_LEAKS=1
// env: SWIFTMALLOC_STATS=1 SWIFTMALLOC_LOG={TMP}/log
// env: SWIFTMALLOC_GUARD_SAMPLE=64k
// env: SWIFTMALLOC_PROFILE={TMP}/profile
#include "check.h"
#include <errno.h>

int main(void) {
    int begun = errno;
    CHECK(!begun, "errno is not 0");
    return 0;
}
