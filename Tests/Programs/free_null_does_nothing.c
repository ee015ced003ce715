// Proves that free(NULL) does nothing, a million times, and leaves errno alone.
// expect: exit 0
// stderr-none
// also: DEBUG=1
#include "check.h"

int main(void) {
    errno = 1234;
    for (int i = 0; i < 1000000; i++) free(hide(NULL));
    CHECK(errno == 1234, "errno changed");
    return 0;
}
