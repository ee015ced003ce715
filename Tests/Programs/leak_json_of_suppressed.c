// Proves that the JSON report marks what is suppressed, and counts it apart.
// report: ^\{"pid":[0-9]+,"program":"[^"]+","leaks":\[.*"kind":"definite","bytes":1000,"blocks":1,.*"suppressed":true,.*"totals":\{"definite":\{"bytes":0,"blocks":0\},"indirect":\{"bytes":0,"blocks":0\},"possible":\{"bytes":0,"blocks":0\},"reachable":\{"bytes":0,"blocks":0\},"suppressed":\{"bytes":1000,"blocks":1\}\}\}$
// env: SWIFTMALLOC_LEAKS=all SWIFTMALLOC_LEAK_FORMAT=json SWIFTMALLOC_LEAK_EXIT_CODE=23
// not-compared: Valgrind loses sight of a process that starts itself once more
#include "leak.h"

int main(void) {
    startWithFile("SWIFTMALLOC_SUPPRESSIONS", "leak:loseOne\n");
    lose(1000);
    return 0;
}
