// Proves that a program that makes no mistake gets no line on stderr or stdout from us.
// expect: exit 0
// stderr-none
// same-as-glibc
// also: DEBUG=1 LIVE=1
#include "workout.h"

int main(void) {
    workout(1, 20000);
    dprintf(1, "done\n");
    return 0;
}
