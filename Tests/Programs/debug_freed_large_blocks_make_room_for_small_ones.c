// Proves that the addresses of freed large blocks serve for small ones when the program has limited its addresses and has no
// others left: they leave the quarantine early, before malloc gives null.
// expect: exit 0
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// env: SWIFTMALLOC_DEBUG=guard-before
// arguments: LARGE=1048576 LARGE=100000
#include <sys/resource.h>
#include "debug.h"
enum { most = 10000, wanted = 20000 };
ARGUMENT(int, LARGE)

int main(void) {
    static char *large[most], *small[wanted];
    struct rlimit limit = {600 << 20, RLIM_INFINITY};
    CHECK(setrlimit(RLIMIT_AS, &limit) == 0, "no limit");
    int count = 0;
    while (count < most && (large[count] = malloc(LARGE)) != NULL) count++;
    CHECK(count < most, "the limit does not hold");
    for (int i = 0; i < count; i++) free(large[i]);
    for (int i = 0; i < wanted; i++) {
        small[i] = malloc(100 + i);
        CHECK(small[i], "no block %d after %d large ones: errno %d", i, count, errno);
        memset(small[i], i, 100 + i);
    }
    for (int i = 0; i < wanted; i++) {
        CHECK(filled(small[i], 100 + i, i), "block %d changed", i);
        free(small[i]);
    }
    return 0;
}
