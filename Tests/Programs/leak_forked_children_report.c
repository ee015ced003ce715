// Proves that LEAK_CHILDREN=1 makes every forked child report what it inherited and what it lost itself, and the parent its own.
// expect: exit 23
// stderr-count: 3
// report: ^=={GRANDCHILD}==ERROR: swiftmalloc: leak of 1750 bytes in 3 blocks$
// report: ^SUMMARY: swiftmalloc: 1750 byte
// report: ^=={CHILD}==ERROR: swiftmalloc: leak of 1500 bytes in 2 blocks$
// report: ^SUMMARY: swiftmalloc: 1500 byte
// report: ^=={PARENT}==ERROR: swiftmalloc: leak of 1020 bytes in 2 blocks$
// report: ^SUMMARY: swiftmalloc: 1020 byte
// arguments: HOW=0 HOW=1 HOW=2 HOW=3 HOW=4 HOW=5 HOW=6
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_CHILDREN=1 SWIFTMALLOC_LEAK_EXIT_CODE=23
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_CHILDREN=1 SWIFTMALLOC_LEAK_EXIT_CODE=23 SWIFTMALLOC_DEBUG=1
// not-compared: children end with LEAK_EXIT_CODE
#include <sys/wait.h>
#include "leak.h"
ARGUMENT(int, HOW)

HELPER void waitFor(pid_t child) {
    int status = 0;
    CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 23, "a child ended with %x", status);
}

int main(void) {
    tell("parent", getpid());
    lose(1000);
    pid_t child = fork();
    if (child == 0) {
        tell("child", getpid());
        lose(500);
        pid_t grandchild = fork();
        if (grandchild == 0) {
            tell("grandchild", getpid());
            lose(250);
            endBy(HOW, 5);
            return 5;
        }
        waitFor(grandchild);
        endBy(HOW, 5);
        return 5;
    }
    waitFor(child);
    lose(20);
    return 0;
}
