// Proves that a program that runs with another user's rights (AT_SECURE) does not listen to our variables.
// expect: exit 0
// link: {LIBRARY}
// also: DEBUG=1 LIVE=1
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include "check.h"

int main(int count, char **arguments) {
    char path[4096], text[4096] = {0};
    int pipes[2], status = -1;
    if (count > 1) return 33;
    if (getuid() != 0) SKIP("only root can make a setuid copy");
    snprintf(path, sizeof path, "/tmp/setuid_copy.%d", getpid());
    int from = open("/proc/self/exe", O_RDONLY), to = open(path, O_WRONLY | O_CREAT | O_EXCL, 0755);
    CHECK(from >= 0 && to >= 0 && sendfile(to, from, NULL, 64 * MIB) > 0, "no copy");
    CHECK(fchmod(to, 04755) == 0 && close(to) == 0 && pipe(pipes) == 0, "chmod");
    pid_t child = fork();
    if (child == 0) {
        dup2(pipes[1], 2);
        unsetenv("LD_PRELOAD");
        setenv("SWIFTMALLOC_HELP", "1", 1);
        setenv("SWIFTMALLOC_CLASS_STEPS", "wrong", 1);
        if (setgid(65534) != 0 || setuid(65534) != 0) _exit(126);
        execl(path, arguments[0], "inside", (char *)NULL);
        _exit(127);
    }
    close(pipes[1]);
    ssize_t length = read(pipes[0], text, sizeof text - 1);
    waitpid(child, &status, 0);
    unlink(path);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127) SKIP("another user cannot reach the library or the copy");
    if (strstr(text, "cannot open shared object")) SKIP("another user cannot reach the library");
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 33, "it ended with %x: %s", status, text);
    CHECK(length == 0, "it listened: %s", text);
    return 0;
}
