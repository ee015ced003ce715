// Proves that a program's handler for SIGSEGV runs as it asked, 20 times: on its alternate stack, with its mask.
// expect: exit 7
// stderr-none
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// arguments: EARLY=0 EARLY=1
#include <setjmp.h>
#include <signal.h>
#include "debug.h"
ARGUMENT(int, EARLY)
static char stack[65536];
static sigjmp_buf place;
static volatile int calls;

static void handler(int number) {
    char local;
    sigset_t blocked;
    char *at = hide(&local);
    CHECK(at > stack && at < stack + sizeof stack, "not on the alternate stack");
    sigprocmask(SIG_BLOCK, NULL, &blocked);
    CHECK(sigismember(&blocked, SIGUSR1) == 1 && sigismember(&blocked, SIGSEGV) == 1, "the mask of %d", number);
    calls++;
    siglongjmp(place, 1);
}

static void install(void) {
    stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_ONSTACK};
    sigaddset(&action.sa_mask, SIGUSR1);
    CHECK(sigaltstack(&alternate, NULL) == 0 && sigaction(SIGSEGV, &action, NULL) == 0, "install");
}

__attribute__((constructor(101))) static void constructor(void) {
    if (EARLY) install();
}

int main(void) {
    free(malloc(100));
    if (!EARLY) install();
    for (volatile int i = 0; i < 20; i++)
        if (sigsetjmp(place, 1) == 0) *(volatile char *)hide(NULL) = 1;
    CHECK(calls == 20, "called %d times", calls);
    free(malloc(100));
    return 7;
}
