// Proves that an unknown option is named once on stderr and the program runs.
// expect: exit 0
// stderr: ^==[0-9]+==WARNING: swiftmalloc: .*NO_SUCH_KEY
// stderr-count: 1
// env: SWIFTMALLOC_OPTIONS=NO_SUCH_KEY=1
// env: SWIFTMALLOC_OPTIONS=NO_SUCH_KEY
// env: SWIFTMALLOC_OPTIONS=PURGE_DELAY=100,NO_SUCH_KEY=7,CLASS_STEPS=4
// also: DEBUG=1 LIVE=1
#include "workout.h"

int main(void) {
    workout(1, 2000);
    return 0;
}
