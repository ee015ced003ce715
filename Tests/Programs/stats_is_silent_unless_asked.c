// Proves that nothing is printed or published where nobody asked for it.
// env: SWIFTMALLOC_STATS=0
// env: SWIFTMALLOC_LIVE=0 SWIFTMALLOC_STATS=0
// env: SWIFTMALLOC_LIVE=1
// stderr-none
// report: ^nothing else$
// report-not: STATS|"pid"
#include "live_file.h"

int main(void) {
    const char *live = getenv("SWIFTMALLOC_LIVE");
    for (int i = 0; i < 1000; i++) free(malloc((size_t)i));
    CHECK((access(pathOf(getpid()), F_OK) == 0) == (live && strcmp(live, "1") == 0), "a file");
    dprintf(2, "nothing else\n");
    return 0;
}
