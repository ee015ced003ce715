// Proves that in a program which was started with standard descriptors closed, all three or some, they stay free for its own files,
// also while reports are written to a file.
// expect: exit 0
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_LOG={TMP}/log SWIFTMALLOC_ON_ERROR=continue
// env: SWIFTMALLOC_DEBUG=guard SWIFTMALLOC_LOG={TMP}/log SWIFTMALLOC_ON_ERROR=continue
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LOG={TMP}/log
// variants: CLOSED=7 CLOSED=5 CLOSED=1 CLOSED=6
#include <sys/wait.h>
#include "debug.h"

static void work(void) {
    char *block = malloc(100);
    free(block);
    if (getenv("SWIFTMALLOC_DEBUG")) free(hide(block));
    for (int number = 0; number < 3; number++)
        if (CLOSED >> number & 1 && fcntl(number, F_GETFD) >= 0) _exit(10 + number);
    for (int number = 0; number < 3; number++)
        if (CLOSED >> number & 1 && open("/dev/null", O_RDWR) != number) _exit(20 + number);
    _exit(0);
}

int main(int count, char **arguments) {
    if (count > 1) work();
    pid_t child = fork();
    if (child == 0) {
        for (int number = 0; number < 3; number++)
            if (CLOSED >> number & 1) close(number);
        execl("/proc/self/exe", arguments[0], "again", NULL);
        _exit(77);
    }
    int status = -1;
    waitpid(child, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77) SKIP("there is no /proc");
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0, "it ended with %x", status);
    return 0;
}
