// Proves that statistics are printed once at _exit and quick_exit, too, by the process that the program was started in: not by its
// children of fork and vfork, and not by a handler that may have interrupted the heap.
// env: SWIFTMALLOC_STATS=1 SWIFTMALLOC_LOG={TMP}/log
// env: SWIFTMALLOC_STATS=1 SWIFTMALLOC_LOG={TMP}/log SWIFTMALLOC_DEBUG=1
// arguments: END=0 END=1 END=2
// report: STATS: swiftmalloc: stats_at_quick_ends[^ ]*,
// expect: exit 5
// also: DEBUG=1 LIVE=1
#include <sys/wait.h>
#include "check.h"
ARGUMENT(int, END)

static void end(void) {
    if (END == 0) _exit(5);
    if (END == 1) quick_exit(5);
    exit(5);
}

// How often a word stands in the log so far.
static int reports(void) {
    static char text[1 << 16];
    int count = 0, file = open(getenv("SWIFTMALLOC_LOG"), O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? 0 : read(file, text, sizeof text - 1);
    text[length < 0 ? 0 : length] = 0;
    for (char *at = text; (at = strstr(at, "==STATS")); at++) count++;
    if (file >= 0) close(file);
    return count;
}

int main(void) {
    static void *blocks[1000];
    int status;
    for (int i = 0; i < 1000; i++) blocks[i] = malloc(100);
    CHECK(getenv("SWIFTMALLOC_LOG"), "no SWIFTMALLOC_LOG");
    pid_t child = vfork();
    if (child == 0) _exit(3);
    CHECK(waitpid(child, &status, 0) == child && WEXITSTATUS(status) == 3, "vfork");
    child = fork();
    if (child == 0) {
        free(blocks[0]);
        _exit(3);
    }
    CHECK(waitpid(child, &status, 0) == child && WEXITSTATUS(status) == 3, "fork");
    CHECK(reports() == 0, "a child printed statistics");
    end();
    return 0;
}
