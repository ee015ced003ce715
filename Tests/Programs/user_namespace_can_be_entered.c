// Proves that unshare(CLONE_NEWUSER), which refuses processes of several threads, answers as it does without the library.
// expect: exit 0
// stderr-none
// same-as-glibc
// also: DEBUG=1 LIVE=1
#include <sched.h>
#include "workout.h"

int main(void) {
    workout(1, 3000);
    errno = 0;
    int result = unshare(CLONE_NEWUSER);
    printf("unshare(CLONE_NEWUSER) is %d, errno %d\n", result, errno);
    workout(2, 3000);
    return 0;
}
