// Proves that without a free file descriptor, or any at all but stderr's, the check still finds what is lost, or says clearly that it cannot.
// stderr: ^==[0-9]+==(ERROR: swiftmalloc: leak of 1000 bytes in 1 block$|WARNING: swiftmalloc: .*leak)
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_FRAMES=0
// not-compared: Valgrind needs memory and descriptors for itself
#include <sys/resource.h>
#include "leak.h"
static void *held;

HELPER void build(void) { held = make(100); }

int main(void) {
    struct rlimit none = {3, 3};
    away(build);
    lose(1000);
    CHECK(setrlimit(RLIMIT_NOFILE, &none) == 0 && open("/dev/null", O_RDONLY) < 0, "descriptors are left");
    return held == NULL;
}
