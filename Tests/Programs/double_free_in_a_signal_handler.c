// Proves that a second free made by a signal handler on a small alternate stack is reported.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \([0-9]+-byte block\),
// also: DEBUG=1
#include <signal.h>
#include <sys/auxv.h>
#include "check.h"
static void *block;

static void handler(int number) { free(hide(block)); }

int main(void) {
    // What the kernel puts there for the handler has 1 to 10 KiB, by the registers of the processor.
    static char stack[65536];
    size_t frame = getauxval(AT_MINSIGSTKSZ), size = (frame ? frame : 3632) + 4560;
    CHECK(size <= sizeof stack, "%zu", size);
    stack_t alternate = {.ss_sp = stack, .ss_size = size};
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_ONSTACK};
    sigaltstack(&alternate, NULL);
    sigaction(SIGUSR1, &action, NULL);
    block = announce(malloc(100));
    free(block);
    raise(SIGUSR1);
    return 0;
}
