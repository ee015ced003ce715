// Proves that a policy for huge pages we have not is named once on stderr and the default is used.
// expect: exit 0
// stderr: ^==[0-9]+==WARNING: swiftmalloc: .*HUGE_PAGES
// stderr-count: 1
// env: SWIFTMALLOC_HUGE_PAGES=sometimes
// env: SWIFTMALLOC_HUGE_PAGES=1
// env: SWIFTMALLOC_OPTIONS=HUGE_PAGES=sometimes
// also: DEBUG=1 LIVE=1
#include "workout.h"

int main(void) {
    workout(1, 2000);
    return 0;
}
