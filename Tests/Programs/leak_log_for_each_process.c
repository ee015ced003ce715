// Proves that LOG takes the report, one file for each process, and nothing goes to stderr; no file where nothing is lost.
// stderr-none
// report: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 block$
// report: ^  definitely lost: 1000 bytes in 1 block$
// report: ^SUMMARY: swiftmalloc: 1000 byte\(s\) leaked in 1 allocation\(s\)\.$
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_CHILDREN=1 SWIFTMALLOC_LOG={TMP}/log.%p
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_CHILDREN=1 SWIFTMALLOC_LOG={TMP}/log.%p SWIFTMALLOC_DEBUG=1
// not-compared: it is about the library's log
#include <sys/wait.h>
#include "leak.h"

HELPER void expectLog(pid_t child, int there) {
    char path[4096];
    int status = -1;
    CHECK(waitpid(child, &status, 0) == child && status == 0, "the child ended with %x", status);
    snprintf(path, sizeof path, "%s/log.%d", getenv("PROGRAM_SCRATCH"), child);
    CHECK((access(path, F_OK) == 0) == there, "%s", path);
    unlink(path);
}

int main(void) {
    pid_t child = fork();
    if (child == 0) return 0;
    expectLog(child, 0);
    child = fork();
    if (child == 0) {
        lose(500);
        return 0;
    }
    expectLog(child, 1);
    lose(1000);
    return 0;
}
