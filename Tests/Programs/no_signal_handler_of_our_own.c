// Proves that production mode installs no signal handler and blocks no signal: all are as without the library.
// expect: exit 0
// stderr-none
// same-as-glibc
// also: LIVE=1
#include <signal.h>
#include "workout.h"

int main(void) {
    workout(1, 5000);
    sigset_t blocked;
    sigprocmask(SIG_BLOCK, NULL, &blocked);
    for (int number = 1; number < SIGRTMAX; number++) {
        struct sigaction action;
        if (sigaction(number, NULL, &action) != 0) continue;
        if (number == SIGSEGV && isDebug()) continue;  // the debug heap explains faults in its memory
        if (action.sa_handler != SIG_DFL) dprintf(1, "signal %d is %s\n", number, action.sa_handler == SIG_IGN ? "ignored" : "handled");
        if (sigismember(&blocked, number)) dprintf(1, "signal %d is blocked\n", number);
    }
    return 0;
}
