// Proves that a misspelt single variable is named once on stderr too, and the program runs.
// expect: exit 0
// stderr: ^==[0-9]+==WARNING: swiftmalloc: .*PURGE_DELLAY
// stderr-count: 1
// env: SWIFTMALLOC_PURGE_DELLAY=5
// also: DEBUG=1 LIVE=1
#include "workout.h"

int main(void) {
    workout(1, 2000);
    return 0;
}
