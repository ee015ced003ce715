// Proves that without GUARD_SAMPLE nobody handles SIGSEGV, and no memory has the name of guarded blocks' records; with it there is both.
// env: SWIFTMALLOC_GUARD_SAMPLE=none
// env: SWIFTMALLOC_GUARD_SAMPLE=0
// env: SWIFTMALLOC_PROFILE={TMP}/p
// env: SWIFTMALLOC_GUARD_SAMPLE=1m
// expect: exit 0
// stderr-none
// production-only: the debug heap is not sampled
#include "guarded.h"
#include <signal.h>

int main(void) {
    const char *option = getenv("SWIFTMALLOC_GUARD_SAMPLE");
    int isOn = option && !strcmp(option, "1m"), isNamed = 0, namesAreKnown = access("/sys/kernel", F_OK) == 0;
    struct sigaction action;
    CHECK(sigaction(SIGSEGV, NULL, &action) == 0, "sigaction");
    CHECK((action.sa_flags & SA_SIGINFO || action.sa_handler != SIG_DFL) == isOn, "handler: on is %d", isOn);
    FILE *maps = fopen("/proc/self/maps", "r");
    for (char line[4096]; fgets(line, sizeof line, maps);) isNamed |= strstr(line, "[anon:swiftmalloc guarded blocks]") != NULL;
    fclose(maps);
    CHECK(isNamed <= isOn, "a name without guarded blocks");
    if (isOn && !isNamed && namesAreKnown) SKIP("the kernel gives no names to memory");
    return 0;
}
