// Proves that nothing is printed or published where nobody asked for it.
// env: SWIFTMALLOC_STATS=0
// env: SWIFTMALLOC_LIVE=0 SWIFTMALLOC_STATS=0
// env: SWIFTMALLOC_LIVE=1
// stderr-none
// report: ^nothing else$
// report-not: STATS|"pid"
// also: DEBUG=1 LIVE=1
#include "check.h"

int main(void) {
    // A file with the process' number may be another's, which was killed: ours is mapped.
    static char maps[1 << 18];
    size_t length = 0;
    const char *live = getenv("SWIFTMALLOC_LIVE");
    for (int i = 0; i < 1000; i++) free(malloc((size_t)i));
    int file = open("/proc/self/maps", O_RDONLY);
    for (ssize_t got; (got = read(file, maps + length, sizeof maps - 1 - length)) > 0; length += (size_t)got) {}
    CHECK((strstr(maps, "/swiftmalloc-") != NULL) == (live && strcmp(live, "1") == 0), "%s", maps);
    dprintf(2, "nothing else\n");
    return 0;
}
