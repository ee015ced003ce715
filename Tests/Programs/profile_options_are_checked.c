// Proves that options of the profile that make no sense are named once, and nothing else is said.
// env: SWIFTMALLOC_PROFILE={TMP}/p SWIFTMALLOC_PROFILE_INTERVAL=0 WANTED=interval
// env: SWIFTMALLOC_PROFILE={TMP}/p SWIFTMALLOC_PROFILE_INTERVAL=often WANTED=interval
// env: SWIFTMALLOC_PROFILE={TMP}/p SWIFTMALLOC_PROFILE_SEED=-1 WANTED=seed
// env: SWIFTMALLOC_PROFILE= WANTED=path
// env: SWIFTMALLOC_PROFILE_INTERVAL=16k SWIFTMALLOC_DEBUG=1 WANTED=alone
// env: SWIFTMALLOC_PROFILE={TMP}/p SWIFTMALLOC_DEBUG=1 WANTED=debug
// expect: exit 0
// stderr: ==\d+==WARNING: swiftmalloc: (option PROFILE_INTERVAL cannot be "(0|often)" \(values: size, at least 1\); the default is used|option PROFILE_SEED cannot be "-1" .*|option PROFILE cannot be "" .*|option PROFILE_INTERVAL has no effect without PROFILE or LIVE|PROFILE has no effect with DEBUG or LEAKS: .*)
// stderr-count: 1
#include "profile.h"

int main(void) {
    int isOn = swiftmalloc_profile_write && swiftmalloc_profile_write("/dev/null/none") == ENOTDIR;
    const char *wanted = getenv("WANTED");
    CHECK(wanted, "no WANTED");
    CHECK(isOn == (!strcmp(wanted, "interval") || !strcmp(wanted, "seed")), "%s: a profile: %d", wanted, isOn);
    return 0;
}
