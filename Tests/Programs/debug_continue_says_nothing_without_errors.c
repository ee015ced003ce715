// Proves that ON_ERROR=continue adds no line, not even a summary, where there is no error.
// expect: exit 0
// stderr-none
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_ON_ERROR=continue
// env: SWIFTMALLOC_DEBUG=guard SWIFTMALLOC_ON_ERROR=continue
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_ON_ERROR=abort
#include "debug.h"
#include "workout.h"

int main(void) {
    workout(1, 10000);
    CHECK(checkHeap() == 0, "errors where there are none");
    return 0;
}
