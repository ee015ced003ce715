// Proves that a stack overflow, which only a handler on an alternate stack can see, comes to the program's; without one the
// process dies by SIGSEGV, and that is explained.
// expect: exit 0
// stderr: ERROR: swiftmalloc: stack-overflow on address 0x[0-9a-f]+ \(the thread's stack has no room for more\), thread "
// stderr-count: 1
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
#include <signal.h>
#include <sys/wait.h>
#include "debug.h"

static void handler(int number) { _exit(number == SIGSEGV ? 7 : 8); }

static NOINLINE int overflow(int depth) {
    char array[1000];
    hide(array);
    return depth == 1 << 30 ? 0 : overflow(depth + 1) + array[depth % 1000];
}

int main(void) {
    for (int round = 0; round < 2; round++) {
        pid_t child = fork();
        if (child == 0) {
            stack_t alternate = {.ss_sp = malloc(65536), .ss_size = 65536};
            struct sigaction action = {.sa_handler = handler, .sa_flags = SA_ONSTACK};
            if (round == 0) sigaltstack(&alternate, NULL), sigaction(SIGSEGV, &action, NULL);
            _exit(overflow(0));
        }
        int status = -1;
        waitpid(child, &status, 0);
        if (round == 0) CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 7, "it ended with %x", status);
        else CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV, "it ended with %x", status);
    }
    return 0;
}
