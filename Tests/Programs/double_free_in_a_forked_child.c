// Proves that a child that frees again what its parent freed before the fork is stopped; the parent is not.
// expect: exit 0
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \([0-9]+-byte block\),
// arguments: SIZE=32 SIZE=3000 SIZE=200000
// also: DEBUG=1
#include <signal.h>
#include <sys/wait.h>
#include "check.h"
ARGUMENT(int, SIZE)

int main(void) {
    int status = -1;
    void *block = announce(malloc(SIZE));
    free(block);
    pid_t child = fork();
    if (child == 0) {
        free(hide(block));
        _exit(0);
    }
    waitpid(child, &status, 0);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT, "the child ended with %x", status);
    return 0;
}
