// Proves that a profile tells of each of three places that allocate, 1 : 10 : 100 in bytes and in mixed sizes from 16 bytes to 8 MiB,
// how many bytes they hold, within five percent: for each seed.
// env: SWIFTMALLOC_PROFILE={TMP}/p SWIFTMALLOC_PROFILE_INTERVAL=16k SWIFTMALLOC_PROFILE_SEED=1
// env: SWIFTMALLOC_PROFILE={TMP}/p SWIFTMALLOC_PROFILE_INTERVAL=16k SWIFTMALLOC_PROFILE_SEED=3 SWIFTMALLOC_GUARD_SAMPLE=8k
// env: SWIFTMALLOC_PROFILE={TMP}/p SWIFTMALLOC_PROFILE_INTERVAL=16k SWIFTMALLOC_PROFILE_SEED=2 SWIFTMALLOC_LIVE=1
// env: SWIFTMALLOC_PROFILE={TMP}/p SWIFTMALLOC_PROFILE_INTERVAL=16k SWIFTMALLOC_PROFILE_SEED=3 SWIFTMALLOC_CLASS_STEPS=1
// expect: exit 0
// stderr-none
// production-only: the debug heap is not sampled
#include "profile.h"

PLACE(one) static void *allocateOne(size_t size) { return hide(malloc(size)); }
PLACE(ten) static void *allocateTen(size_t size) { return hide(malloc(size)); }
PLACE(hundred) static void *allocateHundred(size_t size) { return hide(malloc(size)); }
PLACE_BOUNDS(one);
PLACE_BOUNDS(ten);
PLACE_BOUNDS(hundred);

// As many bytes; every other block is freed again.
static double hold(void *(*allocate)(size_t), size_t wanted, uint64_t seed) {
    static const size_t sizes[] = {16, 24, 100, 500, 2000, 9000, 30000, 70000, 300000, 8 * MIB};
    size_t held = 0;
    while (held < wanted) {
        size_t size = sizes[nextRandom(&seed) % (wanted > 1000 * MIB ? 10 : 9)];
        CHECK(allocate(size), "no block of %zu", size);
        free(allocate(size));
        held += size;
    }
    return (double)held;
}

static void expect(const char *name, const double *sums, double held) {
    CHECK(isAbout(sums[LIVE_BYTES], held, 0.05), "%s: %.0f bytes in use, and %.0f in the profile", name, held, sums[LIVE_BYTES]);
    CHECK(isAbout(sums[ALLOCATED_BYTES], 2 * held, 0.05), "%s: %.0f bytes allocated, and %.0f in the profile", name, 2 * held,
          sums[ALLOCATED_BYTES]);
}

int main(void) {
    double held[] = {hold(allocateOne, 64 * MIB, 1), hold(allocateTen, 640 * MIB, 2), hold(allocateHundred, 6400 * MIB, 3)};
    profileNow();
    double sums[PROFILE_VALUES];
    PLACE_SUMS(one, sums);
    expect("one", sums, held[0]);
    PLACE_SUMS(ten, sums);
    expect("ten", sums, held[1]);
    PLACE_SUMS(hundred, sums);
    expect("hundred", sums, held[2]);
    return 0;
}
