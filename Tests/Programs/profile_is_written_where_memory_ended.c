// Proves that the profile is written at the end of a program that used up its addresses.
// env: SWIFTMALLOC_PROFILE={TMP}/p.pb.gz SWIFTMALLOC_PROFILE_INTERVAL=1
// expect: exit 0
// stderr-none
// production-only: the debug heap is not sampled
#include "check.h"
#include <sys/mman.h>
#include <sys/resource.h>

int main(void) {
    for (int i = 0; i < 1000; i++) hide(malloc(1000));
    struct rlimit limit = {200 << 20, 200 << 20};
    CHECK(setrlimit(RLIMIT_AS, &limit) == 0, "setrlimit");
    // Down to the last page.
    for (size_t length = 64 << 20; length >= 4096; length /= 2)
        while (mmap(NULL, length, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED) {}
    return 0;
}
