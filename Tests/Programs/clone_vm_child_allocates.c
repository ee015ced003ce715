// Proves that a clone(CLONE_VM | CLONE_VFORK) child, with another process id and our memory, may allocate and free.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include "workout.h"
static char stack[256 * 1024] __attribute__((aligned(16)));
static void *handed;

static int run(void *argument) {
    workout((uintptr_t)argument, 100);
    free(handed);
    handed = malloc(777);
    fill(handed, 777, 7);
    return 0;
}

int main(void) {
    handed = malloc(50);
    for (size_t i = 1; i <= 300; i++) {
        pid_t child = clone(run, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD, (void *)i);
        int status = -1;
        CHECK(child > 0 && waitpid(child, &status, 0) == child && status == 0, "child %zu ended with %x", i, status);
        CHECK(filled(handed, 777, 7), "the child's block is not there");
        workout(i, 100);
    }
    free(handed);
    return 0;
}
