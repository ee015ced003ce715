// Proves that checks on demand count nothing new where all that is new hangs on suppressed blocks, and that JSON marks it.
// report: ^\{"pid":.*"leaks":\[.*"kind":"indirect","bytes":50,"blocks":1,.*"suppressed":true.*"definite":\{"bytes":0,"blocks":0\},"indirect":\{"bytes":0,"blocks":0\},.*"suppressed":\{"bytes":58,"blocks":2\}\}\}$
// report-not: "suppressed":false
// stderr-none
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_FORMAT=json SWIFTMALLOC_LEAK_EXIT_CODE=23
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_FORMAT=json SWIFTMALLOC_LEAK_EXIT_CODE=23 SWIFTMALLOC_DEBUG=1
// not-compared: Valgrind loses sight of a process that starts itself once more
#include "leak.h"

HELPER void **library_open(void) { return hide(make(8)); }
HELPER void use(void) { *library_open() = make(50); }
static void *alive;
HELPER void hold(void) { alive = make(50); }

int main(void) {
    startWithFile("SWIFTMALLOC_SUPPRESSIONS", "leak:^library_open$\n");
    CHECK(checkLeaks() == 0, "lost before anything was");
    away(use);
    for (int i = 0; i < 3; i++) CHECK(checkLeaks() == 0, "a suppressed leak counts");
    away(hold);
    CHECK(checkLeaks() == 0, "what is alive is lost");
    return alive == NULL;
}
