// Proves that without traces the JSON report has the groups without frames.
// report: ^\{"pid":[0-9]+,"program":"[^"]+","leaks":\[\{"kind":"definite","bytes":1000,"blocks":1,.*"frames":\[\]\}\],"totals":\{"definite":\{"bytes":1000,"blocks":1\},
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_FORMAT=json SWIFTMALLOC_FRAMES=0
#include "leak.h"

int main(void) {
    lose(1000);
    return 0;
}
