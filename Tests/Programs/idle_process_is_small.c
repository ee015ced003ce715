// Proves that an almost empty program costs less than 1 MiB more resident memory with the library than without it.
// expect: exit 0
// stderr-none
// production-only: the debug heap is bigger
// also: LIVE=1
#include <sys/wait.h>
#include "check.h"

int main(int count, char **arguments) {
    free(malloc(100));
    size_t here = resident(), without = 0;
    if (count > 1) return write(1, &here, sizeof here) != sizeof here;
    int pipes[2], status = -1;
    CHECK(pipe(pipes) == 0, "pipe");
    pid_t child = fork();
    if (child == 0) {
        dup2(pipes[1], 1);
        unsetenv("LD_PRELOAD");
        execl("/proc/self/exe", arguments[0], "without", (char *)NULL);
        _exit(127);
    }
    waitpid(child, &status, 0);
    CHECK(status == 0 && read(pipes[0], &without, sizeof without) == sizeof without, "the other process ended with %x", status);
    CHECK(here < without + MIB, "%zu resident with the library, %zu without", here, without);
    return 0;
}
