// Proves that a profile with PROFILE_RESIDENT=1 tells how much of what each place holds is resident: all of what was written, a part of
// what was written in part, and next to nothing of what was not; and that the other values are as they are without it.
// env: SWIFTMALLOC_PROFILE={TMP}/p SWIFTMALLOC_PROFILE_INTERVAL=4k SWIFTMALLOC_PROFILE_SEED=1 SWIFTMALLOC_PROFILE_RESIDENT=1 SWIFTMALLOC_HUGE_PAGES=never
// expect: exit 0
// stderr-none
// production-only: the debug heap is not sampled
#include "profile.h"

PLACE(written) static void *allocateWritten(size_t size) { return hide(malloc(size)); }
PLACE(quarter) static void *allocateQuarter(size_t size) { return hide(malloc(size)); }
PLACE(untouched) static void *allocateUntouched(size_t size) { return hide(malloc(size)); }
PLACE_BOUNDS(written);
PLACE_BOUNDS(quarter);
PLACE_BOUNDS(untouched);

enum { BLOCKS = 300 };

static void expect(const char *name, const double *sums, double share) {
    CHECK(isAbout(sums[LIVE_BYTES], BLOCKS * 100e3, 0.1), "%s: %f bytes in use", name, sums[LIVE_BYTES]);
    double told = profile.residentBytes / sums[LIVE_BYTES];
    CHECK(told > share - 0.05 && told < share + 0.05, "%s: %f of it resident", name, told);
}

int main(void) {
    for (int i = 0; i < BLOCKS; i++) {
        fill(allocateWritten(100000), 100000, 1);
        fill(allocateQuarter(100000), 25000, 1);
        allocateUntouched(100000);
    }
    profileNow();
    double sums[PROFILE_VALUES];
    PLACE_SUMS(written, sums);
    expect("written", sums, 1);
    PLACE_SUMS(quarter, sums);
    expect("a quarter", sums, 0.26);
    PLACE_SUMS(untouched, sums);
    expect("untouched", sums, 0);
    return 0;
}
