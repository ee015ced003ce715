// Proves that with EXIT_SIGNALS=1 statistics are printed when SIGTERM ends the process, and not without; and that the option says
// so when it does nothing.
// expect: signal 15 (TERM)
// stderr-any: swiftmalloc
// env: SWIFTMALLOC_STATS=1 SWIFTMALLOC_EXIT_SIGNALS=1
// env: SWIFTMALLOC_EXIT_SIGNALS=1
// env: SWIFTMALLOC_STATS=1 SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_EXIT_SIGNALS=1
// also: LIVE=1
#include <signal.h>
#include "workout.h"

int main(void) {
    workout(1, 1000);
    raise(SIGTERM);
    return 0;
}
