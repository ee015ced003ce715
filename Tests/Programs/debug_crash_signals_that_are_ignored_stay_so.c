// Proves that fatal signals which the process was started with as ignored, or ignores itself, are ignored when they are sent, and
// that SIG_DFL set by the program is the default.
// expect: exit 0
// stderr-none
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
#include <signal.h>
#include <sys/wait.h>
#include "debug.h"

static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT};

int main(int count, char **arguments) {
    if (count == 1) {
        for (int i = 0; i < 6; i++) signal(signals[i], SIG_IGN);
        for (int i = 0; i < 6; i++) raise(signals[i]);
        execl("/proc/self/exe", arguments[0], "again", NULL);
        SKIP("there is no /proc");
    }
    free(malloc(100));
    for (int i = 0; i < 6; i++) raise(signals[i]);
    for (int i = 0; i < 6; i++) {
        pid_t child = fork();
        if (child == 0) {
            signal(signals[i], SIG_DFL);
            raise(signals[i]);
            _exit(1);
        }
        int status = -1;
        waitpid(child, &status, 0);
        CHECK(WIFSIGNALED(status) && WTERMSIG(status) == signals[i], "%d ended with %x", signals[i], status);
    }
    return 0;
}
