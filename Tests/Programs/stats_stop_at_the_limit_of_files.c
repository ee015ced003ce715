// Proves that statistics and warnings longer than the limit on files (ulimit -f) are cut off and are no signal to the program:
// neither by default, nor one that it has blocked, nor one of its own that was pending before.
// env: SWIFTMALLOC_STATS=1 SWIFTMALLOC_LOG={TMP}/log
// env: SWIFTMALLOC_STATS=json SWIFTMALLOC_LOG={TMP}/log
// expect: exit 4
// also: DEBUG=1 LIVE=1
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include "check.h"
void malloc_stats(void);

int main(void) {
    void *block = malloc(100);
    const char *path = getenv("SWIFTMALLOC_LOG");
    CHECK(path, "no SWIFTMALLOC_LOG");
    int file = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    struct rlimit limit = {1024, 1024};
    CHECK(file >= 0 && ftruncate(file, 1000) == 0 && setrlimit(RLIMIT_FSIZE, &limit) == 0, "no limit");
    CHECK(dup2(file, 2) == 2, "no standard error");
    malloc_stats();
    struct stat info;
    CHECK(fstat(file, &info) == 0 && info.st_size == 1024, "%ld bytes", (long)info.st_size);
    sigset_t set, pending;
    sigemptyset(&set), sigaddset(&set, SIGXFSZ);
    sigprocmask(SIG_BLOCK, &set, NULL);
    malloc_stats();
    CHECK(sigpending(&pending) == 0 && !sigismember(&pending, SIGXFSZ), "a signal is left");
    raise(SIGXFSZ);
    malloc_stats();
    CHECK(sigpending(&pending) == 0 && sigismember(&pending, SIGXFSZ), "the program's own signal is lost");
    CHECK(signal(SIGXFSZ, SIG_IGN) != SIG_ERR && sigprocmask(SIG_UNBLOCK, &set, NULL) == 0, "cannot unblock");
    signal(SIGXFSZ, SIG_DFL);
    free(block);
    // The end, too, has more to say than there is room for.
    return 4;
}
