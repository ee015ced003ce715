// Proves that a forked child says nothing of what it lost, keeps its status, and leaves its parent's report as it is.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 block$
// stderr-count: 1
// report: ^  definitely lost: 1000 bytes in 1 block$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report: ^SUMMARY: swiftmalloc: 1000 byte\(s\) leaked in 1 allocation\(s\)\.$
// arguments: HOW=0 HOW=1 HOW=2 HOW=3 HOW=4 HOW=5 HOW=6
// env: SWIFTMALLOC_LEAKS=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_CHILDREN=0
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
#include <sys/wait.h>
#include "leak.h"
ARGUMENT(int, HOW)

int main(void) {
    lose(1000);
    pid_t child = fork();
    if (child == 0) {
        lose(500);
        setenv("SWIFTMALLOC_LEAK_CHILDREN", "1", 1);  // too late: options are read once
        endBy(HOW, 5);
        return 5;
    }
    int status = 0;
    CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 5, "the child ended with %x", status);
    return 0;
}
