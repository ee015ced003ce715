// Proves that EXIT_SIGNALS=1 also ends the first process of a PID namespace, as a container's, to which the kernel gives no signal without
// a handler: it prints its statistics and exits with 128 and the signal's number.
// expect: exit 0
// report: ^==1==STATS: swiftmalloc: 
// env: SWIFTMALLOC_STATS=1 SWIFTMALLOC_EXIT_SIGNALS=1 SWIFTMALLOC_ONLY=first
// arguments: NUMBER=2 NUMBER=15
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include "check.h"
ARGUMENT(int, NUMBER)

int main(int count, char **arguments) {
    if (!strcmp(arguments[0], "first")) {
        CHECK(getpid() == 1, "it is process %d", getpid());
        free(hide(malloc(1000)));
        CHECK(write(3, "", 1) == 1, "write");
        for (;;) pause();
    }
    if (unshare(CLONE_NEWPID) != 0) SKIP("no PID namespace can be made here");
    int ready[2], status = -1;
    char byte;
    CHECK(count > 0 && pipe(ready) == 0, "pipe");
    const pid_t child = fork();
    if (child == 0) {
        dup2(ready[1], 3);
        execl("/proc/self/exe", "first", arguments[1], NULL);
        _exit(77);
    }
    CHECK(read(ready[0], &byte, 1) == 1, "the child is not ready");
    kill(child, NUMBER);
    int isOver = 0;
    for (int tries = 0; tries < 200 && !isOver; tries++) usleep(50000), isOver = waitpid(child, &status, WNOHANG) == child;
    if (!isOver) kill(child, SIGKILL);
    CHECK(isOver && WIFEXITED(status) && WEXITSTATUS(status) == 128 + NUMBER, "it ended with %x", status);
    return 0;
}
