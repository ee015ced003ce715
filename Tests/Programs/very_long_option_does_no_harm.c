// Proves that option values of 100000 characters are named once each in a line of bounded length, and the program runs.
// expect: exit 0
// also: DEBUG=1 LIVE=1
#include <sys/wait.h>
#include "workout.h"

int main(int count, char **arguments) {
    static char text[300000], value[100001];
    int pipes[2], status = -1;
    size_t length = 0;
    if (count > 1) {
        workout(1, 1000);
        return 33;
    }
    memset(value, '7', 100000);
    CHECK(pipe(pipes) == 0, "pipe");
    pid_t child = fork();
    if (child == 0) {
        dup2(pipes[1], 2);
        close(pipes[0]), close(pipes[1]);
        setenv("SWIFTMALLOC_CLASS_STEPS", value, 1);
        memcpy(value, "PURGE_DELAY=5,Z", 15);
        setenv("SWIFTMALLOC_OPTIONS", value, 1);
        execl("/proc/self/exe", arguments[0], "inside", (char *)NULL);
        _exit(127);
    }
    close(pipes[1]);
    for (ssize_t got; length < sizeof text - 1 && (got = read(pipes[0], text + length, sizeof text - 1 - length)) > 0;) length += (size_t)got;
    waitpid(child, &status, 0);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 33, "the program ended with %x", status);
    CHECK(strstr(text, "CLASS_STEPS") != NULL, "the bad value is not named: %.500s", text);
    CHECK(length < 4096, "%zu characters on stderr", length);
    return 0;
}
