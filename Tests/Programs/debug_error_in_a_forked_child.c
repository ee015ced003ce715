// Proves that a child's errors are its own: the report has its process id and both stacks, the parent lives on.
// expect: exit 0
// report: ^=={CHILD}==ERROR: swiftmalloc: {KIND} on address {ADDRESS} \(
// report: ^ +#0 0x[0-9a-f]+ in (main|look) 
// report: ^(freed first|freed) by thread "
// report: ^allocated by thread "
// report: ^SUMMARY: swiftmalloc: {KIND} 
// stderr-count: 1
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// arguments: KIND=double-free,FAULTS=0 KIND=heap-use-after-free,FAULTS=1
#include <signal.h>
#include <sys/wait.h>
#include "debug.h"
ARGUMENT(int, FAULTS)

static NOINLINE int look(volatile char *at) { return *at; }

int main(void) {
    char *block = announce(malloc(100000));
    free(block);
    pid_t child = fork();
    if (child == 0) {
        tell("child", getpid());
        if (FAULTS) look(hide(block));
        free(hide(block));
        _exit(0);
    }
    int status = -1;
    waitpid(child, &status, 0);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT, "the child ended with %x", status);
    return 0;
}
