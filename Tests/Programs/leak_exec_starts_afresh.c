// Proves that a program that execs another leaves what it lost unsaid, and the other reports its own.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 50 bytes in 1 block$
// stderr-count: 1
// report: ^  definitely lost: 50 bytes in 1 block$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report: ^SUMMARY: swiftmalloc: 50 byte\(s\) leaked in 1 allocation\(s\)\.$
// variants: FORK=0 FORK=1
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// not-compared: Valgrind loses sight of a process that starts itself once more
#include <sys/wait.h>
#include "leak.h"

int main(int count, char **arguments) {
    if (count == 2) {
        lose(50);
        return 0;
    }
    if (!FORK) lose(1000);
    pid_t child = FORK ? fork() : 0;
    if (child == 0) {
        if (FORK) lose(500);
        execl("/proc/self/exe", arguments[0], "again", (char *)NULL);
        CHECK(0, "exec");
    }
    int status = -1;
    CHECK(waitpid(child, &status, 0) == child && status == 0, "the child ended with %x", status);
    return 0;
}
