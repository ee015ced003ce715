// Proves that SWIFTMALLOC_HELP=1 prints a table with every option to stderr, values in force, and that the program runs on.
// expect: exit 0
// also: DEBUG=1 LIVE=1
#include <sys/wait.h>
#include "check.h"
// The options of production mode; a new option is a new word here.
static const char *const keys[] = {"PURGE_DELAY", "CLASS_STEPS", "HUGE_PAGES", "LOG", "HELP"};

int main(int count, char **arguments) {
    static char text[65536];
    int pipes[2], status = -1;
    size_t length = 0;
    if (count > 1) {
        free(malloc(100));
        return 33;
    }
    CHECK(pipe(pipes) == 0, "pipe");
    pid_t child = fork();
    if (child == 0) {
        dup2(pipes[1], 2);
        close(pipes[0]), close(pipes[1]);
        setenv("SWIFTMALLOC_HELP", "1", 1);
        setenv("SWIFTMALLOC_PURGE_DELAY", "4321", 1);
        execl("/proc/self/exe", arguments[0], "inside", (char *)NULL);
        _exit(127);
    }
    close(pipes[1]);
    for (ssize_t got; length < sizeof text - 1 && (got = read(pipes[0], text + length, sizeof text - 1 - length)) > 0;) length += (size_t)got;
    waitpid(child, &status, 0);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 33, "the program ended with %x", status);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) CHECK(strstr(text, keys[i]) != NULL, "no %s in: %s", keys[i], text);
    CHECK(strstr(text, "4321") != NULL, "the purge delay in force is not in: %s", text);
    return 0;
}
