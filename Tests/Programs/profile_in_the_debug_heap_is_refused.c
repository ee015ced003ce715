// Proves that a profile which is asked for in the debug heap, where nothing is sampled, is refused: no false 0, and no file.
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// env: SWIFTMALLOC_LEAKS=1
// expect: exit 0
#include "profile.h"

int main(void) {
    CHECK(swiftmalloc_profile_write, "no library");
    char path[] = "/tmp/profile_refused_XXXXXX";
    CHECK(mkdtemp(path), "mkdtemp");
    char file[64];
    snprintf(file, sizeof file, "%s/p", path);
    CHECK(swiftmalloc_profile_write(file) == EOPNOTSUPP, "not refused");
    CHECK(access(file, F_OK), "a file");
    CHECK(!rmdir(path), "rmdir");
    return 0;
}
