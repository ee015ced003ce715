// Proves that a vforked child, which has its parent's memory, says nothing at _exit and takes nothing from the parent's report.
// expect: exit 23
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 block$
// stderr-count: 1
// report: ^  definitely lost: 1000 bytes in 1 block$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report: ^SUMMARY: swiftmalloc: 1000 byte\(s\) leaked in 1 allocation\(s\)\.$
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23 SWIFTMALLOC_LEAK_CHILDREN=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23 SWIFTMALLOC_DEBUG=1
// not-compared: Valgrind makes a fork of vfork
#include <spawn.h>
#include <sys/wait.h>
#include "leak.h"
extern char **environ;

int main(void) {
    lose(1000);
    for (int i = 0; i < 3; i++) {
        pid_t child = vfork();
        if (child == 0) _exit(5);
        int status = 0;
        CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 5, "the child ended with %x", status);
    }
    pid_t other = 0;
    char *arguments[] = {"nothing", NULL};
    CHECK(posix_spawn(&other, "/nowhere/nothing", NULL, NULL, arguments, environ) == ENOENT, "spawned");
    return 0;
}
