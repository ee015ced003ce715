// Proves that an error in a signal handler, on a stack of its own, is traced through to the code that it interrupted.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \(100-byte block\), thread "
// report: ^ +#0 0x[0-9a-f]+ in handler +.*{FILE}:{LINE:second free}$
// report: ^ +#[0-9]+ 0x[0-9a-f]+ in interrupted +.*{FILE}:{LINE:raises}$
// report: ^ +#[0-9]+ 0x[0-9a-f]+ in main 
// report: ^freed first by thread "
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// variants: FLAGS_=0 FLAGS_=SA_ONSTACK
#include <signal.h>
#include "debug.h"
static void *block;

static void handler(int number) {
    free(hide(block));  // second free
    hide(&number);
}

static NOINLINE void interrupted(void) {
    raise(SIGUSR1);  // raises
    hide(&block);
}

int main(void) {
    static char stack[65536];
    stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
    struct sigaction action = {.sa_handler = handler, .sa_flags = FLAGS_};
    sigaltstack(&alternate, NULL);
    sigaction(SIGUSR1, &action, NULL);
    block = announce(malloc(100));
    free(block);
    interrupted();
    return 0;
}
