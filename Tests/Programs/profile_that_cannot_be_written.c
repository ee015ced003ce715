// Proves that a profile that cannot be written is named in one sentence, and that a good file stays as it was: no folder, a file in
// place of a folder, a file longer than the limit.
// env: SWIFTMALLOC_PROFILE={TMP}/p SWIFTMALLOC_PROFILE_INTERVAL=64
// arguments: WHY=0 WHY=1
// expect: exit 0
// stderr: ==\d+==WARNING: swiftmalloc: cannot write the profile ".*/p": .+
// stderr-any: ==\d+==WARNING: swiftmalloc: cannot write the profile ".*/p.peak": .+
// stderr-count: 2
// production-only: the debug heap is not sampled
#include "profile.h"

#include <sys/resource.h>
#include <sys/stat.h>
ARGUMENT(int, WHY)

int main(void) {
    for (int index = 0; index < 100; index++) CHECK(hide(malloc(1000)), "no block");
    const char *path = getenv("SWIFTMALLOC_PROFILE");
    char folder[256], other[300];
    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(path, '/') - path), path);
    CHECK(swiftmalloc_profile_write, "no library");
    CHECK(swiftmalloc_profile_write(path) == 0, "the first time");
    profileRead(path);
    size_t length = profile.length;
    snprintf(other, sizeof other, "%s/none/p", folder);
    CHECK(swiftmalloc_profile_write(other) == ENOENT, "no folder");
    snprintf(other, sizeof other, "%s/none", path);
    CHECK(swiftmalloc_profile_write(other) == ENOTDIR, "a file");
    struct rlimit limit = {100, RLIM_INFINITY};
    CHECK(!setrlimit(RLIMIT_FSIZE, &limit), "setrlimit");
    CHECK(swiftmalloc_profile_write(path) == EFBIG, "too long");
    profileRead(path);
    CHECK(profile.length == length, "the good file is another one");
    snprintf(other, sizeof other, "%s.draft", path);
    CHECK(access(other, F_OK), "the draft is there still");
    limit.rlim_cur = RLIM_INFINITY;
    CHECK(!setrlimit(RLIMIT_FSIZE, &limit), "setrlimit");
    CHECK(!unlink(path), "unlink");
    // The folder goes, or a folder is in place of the file.
    if (WHY == 0) return rmdir(folder) ? 1 : 0;
    snprintf(other, sizeof other, "%s.peak", path);
    CHECK(!mkdir(path, 0700) && !mkdir(other, 0700), "mkdir");
    return 0;
}
