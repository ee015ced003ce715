// Proves that atexit handlers, destructor functions and at_quick_exit handlers may allocate and free.
// expect: exit 0
// stderr-none
// same-as-glibc
// also: DEBUG=1 LIVE=1
#include <sys/wait.h>
#include "workout.h"
static void *kept;

static void handler(void) {
    workout(4, 1000);
    free(kept);
    kept = malloc(100000);
    dprintf(1, "handler\n");
}

__attribute__((destructor(101))) static void last(void) {
    workout(5, 1000);
    free(kept);
    dprintf(1, "destructor\n");
}

int main(void) {
    kept = malloc(20);
    for (int i = 0; i < 40; i++) atexit(handler);  // beyond 32 the list itself is allocated
    at_quick_exit(handler);
    pid_t child = fork();
    if (child == 0) quick_exit(5);
    int status = -1;
    waitpid(child, &status, 0);
    dprintf(1, "quick_exit gave %x\n", status);
    exit(0);
}
