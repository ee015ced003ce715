// Proves that a handler of the program's which hands on to the one before it (by a call, by restoring it and returning, by raising
// the signal again as Python's faulthandler does) works as without us, and that the crash is reported then, with its own stack.
// expect: signal 11 (SEGV)
// stderr: ^==the handler==$
// stderr-count: 2
// report: ERROR: swiftmalloc: SEGV on address 0x[0-9a-f]+ \(
// report: in crash +.*{FILE}:{LINE:write}$
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// arguments: WAY=0 WAY=1 WAY=2
#include <signal.h>
#include "debug.h"
ARGUMENT(int, WAY)
static struct sigaction before;

static void handler(int number, siginfo_t *information, void *context) {
    dprintf(2, "==the handler==\n");
    if (WAY == 0) before.sa_sigaction(number, information, context);
    if (WAY != 0) sigaction(number, &before, NULL);
    if (WAY == 2) raise(number);
}

static NOINLINE void crash(void) {
    *(volatile char *)hide((void *)16) = 1;  // write
}

int main(void) {
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | (WAY == 2 ? SA_NODEFER : 0)};
    sigaction(SIGSEGV, &action, &before);
    CHECK(before.sa_flags & SA_SIGINFO, "nobody was there before");
    crash();
    return 0;
}
