// Proves that a bad value of each option of the debug heap is named once on stderr and the program runs.
// expect: exit 0
// stderr: ^==[0-9]+==WARNING: swiftmalloc: .*{KEY}
// stderr-count: 1
// env: SWIFTMALLOC_DEBUG=2 KEY=DEBUG
// env: SWIFTMALLOC_DEBUG=maybe KEY=DEBUG
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_FRAMES=65 KEY=FRAMES
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_FRAMES=-1 KEY=FRAMES
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_FRAMES=many KEY=FRAMES
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_ON_ERROR=ignore KEY=ON_ERROR
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_QUARANTINE=64q KEY=QUARANTINE
// env: SWIFTMALLOC_DEBUG=guard SWIFTMALLOC_QUARANTINE=much KEY=QUARANTINE
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_LIMIT=no KEY=LIMIT
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_PROTECT=2 KEY=PROTECT
// env: SWIFTMALLOC_OPTIONS=DEBUG=1,FRAMES=99 KEY=FRAMES
#include "workout.h"

int main(void) {
    printf("key=%s\n", getenv("KEY"));
    fflush(stdout);
    workout(1, 2000);
    return 0;
}
