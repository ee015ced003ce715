// Proves that a block is counted that is allocated before the library's own constructor ran, which makes the heap: by
// functions that come before all constructors. What lives at the end is what was asked for, to the byte.
// env: SWIFTMALLOC_STATS=1 SWIFTMALLOC_LOG={TMP}/log
// env: SWIFTMALLOC_LIVE=1
// production-only: a debug heap's own libraries allocate, too
// variants: FIRST=0 FIRST=1 FIRST=2 FIRST=3
// also: LIVE=1
#include <malloc.h>
#include "../../CShims/include/swiftmalloc.h"
#include "check.h"
#pragma weak swiftmalloc_statistics
static char *first, *second;
static struct swiftmalloc_statistics_lines early, later;
static int isCounted;

static void before(int count, char **arguments, char **environment) {
    (void)count, (void)arguments, (void)environment;
    if (FIRST == 0) first = malloc(472);
    if (FIRST == 1) first = calloc(59, 8);
    if (FIRST == 2) first = memalign(64, 472);
    if (FIRST == 3) first = realloc(NULL, 472);
    second = malloc(1000);
    if (swiftmalloc_statistics) isCounted = swiftmalloc_statistics(&early);
}
__attribute__((section(".preinit_array"), used)) static void (*const atFirst)(int, char **, char **) = before;

int main(void) {
    if (!swiftmalloc_statistics) SKIP("without the library there are no statistics");
    CHECK(isCounted == 1 && early.is_counted == 1, "nothing was counted");
    CHECK(early.requested == 1472, "%ld bytes asked for, not 1472", (long)early.requested);
    swiftmalloc_statistics(&early);
    free(first), free(second);
    swiftmalloc_statistics(&later);
    CHECK(early.requested - later.requested == 1472, "%ld bytes freed, not 1472", (long)(early.requested - later.requested));
    return 0;
}
