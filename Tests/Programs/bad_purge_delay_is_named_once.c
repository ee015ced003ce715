// Proves that a purge delay that is no number is named once on stderr and the default is used.
// expect: exit 0
// stderr: ^==[0-9]+==WARNING: swiftmalloc: .*PURGE_DELAY
// stderr-count: 1
// env: SWIFTMALLOC_PURGE_DELAY=abc
// env: SWIFTMALLOC_PURGE_DELAY=
// env: SWIFTMALLOC_PURGE_DELAY=12x
// env: SWIFTMALLOC_PURGE_DELAY=-2
// env: SWIFTMALLOC_PURGE_DELAY=99999999999999999999999
// env: SWIFTMALLOC_OPTIONS=PURGE_DELAY=abc
// env: SWIFTMALLOC_OPTIONS=PURGE_DELAY
// env: SWIFTMALLOC_OPTIONS=PURGE_DELAY=,CLASS_STEPS=2
// also: DEBUG=1 LIVE=1
#include "workout.h"

int main(void) {
    workout(1, 2000);
    return 0;
}
