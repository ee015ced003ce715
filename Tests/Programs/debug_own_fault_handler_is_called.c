// Proves that a program's handler for SIGSEGV, installed before main or in it, simple or with information, is called for
// faults that are none of ours, with the right number, address and context.
// expect: exit 7
// stderr-none
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// variants: WHEN=0,INFORMED=0 WHEN=0,INFORMED=1 WHEN=1,INFORMED=0 WHEN=1,INFORMED=1 WHEN=2,INFORMED=1
#include <signal.h>
#include <ucontext.h>
#include "debug.h"

static void simple(int number) { _exit(number == SIGSEGV ? 7 : 8); }

static void informed(int number, siginfo_t *information, void *context) {
    CHECK(number == SIGSEGV && information->si_signo == SIGSEGV, "signal %d", number);
    CHECK(information->si_addr == (void *)0x123450, "address %p", information->si_addr);
    CHECK(context != NULL && information->si_code == SEGV_MAPERR, "code %d", information->si_code);
    _exit(7);
}

static void install(void) {
    struct sigaction action = {.sa_flags = INFORMED ? SA_SIGINFO : 0};
    if (INFORMED) action.sa_sigaction = informed;
    else action.sa_handler = simple;
    CHECK(sigaction(SIGSEGV, &action, NULL) == 0, "sigaction");
}

static void earliest(void) {
    if (WHEN == 0) install();
}
__attribute__((section(".preinit_array"), used)) static void (*const place)(void) = earliest;

__attribute__((constructor(101))) static void constructor(void) {
    if (WHEN == 1) install();
}

int main(void) {
    free(malloc(100));
    if (WHEN == 2) install();
    free(malloc(100));
    *(volatile char *)hide((void *)0x123450) = 1;
    return 0;
}
