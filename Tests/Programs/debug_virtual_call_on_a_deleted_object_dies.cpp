// Proves that a virtual call on a deleted object does not run: its table is gone, the process dies by SIGSEGV or report.
// expect: exit 0
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
#include <signal.h>
#include <sys/wait.h>
#include "debug.h"

struct Object {
    long number = 1;
    virtual ~Object() {}
    virtual NOINLINE void run() { _exit(3); }
};

int main() {
    pid_t child = fork();
    if (child == 0) {
        Object *object = (Object *)hide(new Object), *neighbour = (Object *)hide(new Object);
        delete object;
        ((Object *)hide(object))->run();
        delete neighbour;
        _exit(4);
    }
    int status = -1;
    waitpid(child, &status, 0);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == (isMode("1") ? SIGSEGV : SIGABRT), "it ended with %x", status);
    return 0;
}
