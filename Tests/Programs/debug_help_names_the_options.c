// Proves that SWIFTMALLOC_HELP=1 names every option of the debug heap, with the values in force.
// expect: exit 0
// report: DEBUG +.*guard-before
// report: FRAMES +.*7
// report: ON_ERROR +.*continue
// report: QUARANTINE
// report: LIMIT
// report: PROTECT
// env: SWIFTMALLOC_HELP=1 SWIFTMALLOC_DEBUG=guard-before SWIFTMALLOC_FRAMES=7 SWIFTMALLOC_ON_ERROR=continue
#include "workout.h"

int main(void) {
    workout(1, 1000);
    return 0;
}
