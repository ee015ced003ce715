// Proves that no descriptor of ours is open before, during or after the work: the list is glibc's.
// expect: exit 0
// stderr-none
// same-as-glibc
// also: DEBUG=1 LIVE=1
#include "workout.h"

static void list(const char *when) {
    dprintf(1, "%s:", when);
    for (int descriptor = 0; descriptor < 2000; descriptor++)
        if (fcntl(descriptor, F_GETFD) >= 0) dprintf(1, " %d", descriptor);
    dprintf(1, "\n");
}

int main(void) {
    list("at the start");
    workout(1, 5000);
    list("after the work");
    malloc_trim(0);
    mallinfo2();
    list("after trim");
    return 0;
}
