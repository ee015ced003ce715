// Proves that a profile tells of a leak that comes after ever so many stacks whose blocks are freed, that the sum of all that was
// allocated stays right, and that guarded blocks do not take the room of its stacks.
// env: SWIFTMALLOC_PROFILE={TMP}/p SWIFTMALLOC_PROFILE_INTERVAL=64k SWIFTMALLOC_PROFILE_SEED=1
// env: SWIFTMALLOC_PROFILE={TMP}/p SWIFTMALLOC_PROFILE_INTERVAL=64k SWIFTMALLOC_PROFILE_SEED=2 SWIFTMALLOC_GUARD_SAMPLE=16k
// expect: exit 0
// stderr-none
// production-only: the debug heap is not sampled
#include "profile.h"
#include "stacks.h"

enum { LEAKS = 10000, LEAK_SIZE = 10000 };

PLACE(leaks) static void *leak(void) { return hide(malloc(LEAK_SIZE)); }
PLACE_BOUNDS(leaks);

// The number behind the comment that begins so; 0 when there is none.
static double comment(const char *beginning) {
    for (size_t index = 0; index < profile.stringCount; index++) {
        struct field text = profile.strings[index];
        if (text.value <= strlen(beginning) || memcmp(text.bytes, beginning, strlen(beginning))) continue;
        return strtod((const char *)text.bytes + strlen(beginning), NULL);
    }
    return 0;
}

int main(void) {
    static void *kept[LEAKS];
    double allocated = 0, sums[PROFILE_VALUES];
    for (int round = 0; round < 2; round++) {
        allocated += useStacks(1000000, 3000);
        for (int index = round; index < LEAKS; index += 2) kept[index] = leak(), allocated += LEAK_SIZE;
    }
    profileNow();
    PLACE_SUMS(leaks, sums);
    CHECK(isAbout(sums[LIVE_BYTES], (double)LEAKS * LEAK_SIZE, 0.15), "%.0f bytes in use", sums[LIVE_BYTES]);
    profileSums(NULL, NULL, sums);
    CHECK(comment("samples that there was no room for: ") == 0, "samples were refused");
    double dropped = comment("bytes allocated by places that were dropped: ");
    CHECK(dropped > 0, "no place was dropped");
    CHECK(isAbout(sums[ALLOCATED_BYTES] + dropped, allocated, 0.05), "%.0f bytes allocated of %.0f",
          sums[ALLOCATED_BYTES] + dropped, allocated);
    // 2 MiB, and the tables of the library.
    CHECK(resident() < (size_t)LEAKS * LEAK_SIZE + 32 * MIB, "%zu bytes resident", (size_t)resident());
    return kept[0] == NULL;
}
