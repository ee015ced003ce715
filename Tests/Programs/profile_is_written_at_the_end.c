// Proves that the profile is written when the process ends, by exit, _exit and quick_exit, with the process' number in its name, and
// beside it what was in use at the peak.
// env: SWIFTMALLOC_PROFILE={TMP}/%p.%e SWIFTMALLOC_PROFILE_INTERVAL=1k
// arguments: HOW=0 HOW=1 HOW=2
// expect: exit 0
// stderr-none
// production-only: the debug heap is not sampled
#include "profile.h"

#include <sys/wait.h>
ARGUMENT(int, HOW)

PLACE(peak) static void *allocateForPeak(size_t size) { return hide(malloc(size)); }
PLACE(end) static void *allocateForEnd(size_t size) { return hide(malloc(size)); }
PLACE_BOUNDS(peak);
PLACE_BOUNDS(end);

static void work(void) {
    static void *blocks[10000];
    for (int index = 0; index < 10000; index++) blocks[index] = allocateForPeak(500);
    for (int index = 0; index < 10000; index++) free(blocks[index]);
    for (int index = 0; index < 1000; index++) CHECK(allocateForEnd(1000), "no block");
}

int main(void) {
    char path[2][256];
    pid_t child = fork();
    if (child == 0) {
        work();
        if (HOW == 1) _exit(0);
        if (HOW == 2) quick_exit(0);
        exit(0);
    }
    int status = -1;
    CHECK(child > 0 && waitpid(child, &status, 0) == child && status == 0, "status %x", status);
    const char *option = getenv("SWIFTMALLOC_PROFILE");
    int folder = (int)(strstr(option, "%p") - option);
    for (int index = 0; index < 2; index++)
        snprintf(path[index], sizeof path[index], "%.*s%d.%s%s", folder, option, child, program_invocation_short_name,
                 index ? ".peak" : "");
    double sums[PROFILE_VALUES];
    profileRead(path[0]);
    PLACE_SUMS(peak, sums);
    CHECK(sums[LIVE_BYTES] == 0 && isAbout(sums[ALLOCATED_BYTES], 5000000, 0.1), "%.0f, %.0f bytes", sums[LIVE_BYTES],
          sums[ALLOCATED_BYTES]);
    PLACE_SUMS(end, sums);
    CHECK(isAbout(sums[LIVE_BYTES], 1000000, 0.2), "%.0f bytes at the end", sums[LIVE_BYTES]);
    profileRead(path[1]);
    PLACE_SUMS(peak, sums);
    CHECK(isAbout(sums[LIVE_BYTES], 5000000, 0.1), "%.0f bytes at the peak", sums[LIVE_BYTES]);
    PLACE_SUMS(end, sums);
    CHECK(sums[LIVE_BYTES] == 0, "%.0f bytes at the peak that came later", sums[LIVE_BYTES]);
    return 0;
}
