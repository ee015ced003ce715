// Proves that a process that made itself undumpable (its /proc files then belong to root) allocates as before, also after
// giving up root's rights.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
#include <pthread.h>
#include <sys/prctl.h>
#include "workout.h"

static void *work(void *argument) {
    workout((uintptr_t)argument, 3000);
    return NULL;
}

int main(void) {
    pthread_t thread;
    CHECK(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0, "prctl");
    if (getuid() == 0) CHECK(setgid(65534) == 0 && setuid(65534) == 0, "setuid");
    pthread_create(&thread, NULL, work, (void *)2);
    work((void *)1);
    pthread_join(thread, NULL);
    malloc_trim(0);
    return 0;
}
