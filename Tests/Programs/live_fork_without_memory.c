// Proves that a child of fork for whose counters there is no memory counts for itself: it leaves the parent's file alone.
// env: SWIFTMALLOC_LIVE=1
// env: SWIFTMALLOC_STATS=1 SWIFTMALLOC_LOG={TMP}/log SWIFTMALLOC_LIVE=1
// ulimit:
// ulimit: -v 400000
#include <sys/resource.h>
#include <sys/wait.h>
#include "live_file.h"

int main(void) {
    const Header *header = countersOf(getpid());
    struct rlimit none = {4096, RLIM_INFINITY};
    CHECK(header, "no file");
    free(malloc(1000));
    Counts before = sumOfAll(header);
    getrlimit(RLIMIT_AS, &none);
    none.rlim_cur = 4096;
    CHECK(setrlimit(RLIMIT_AS, &none) == 0, "setrlimit");
    pid_t child = fork();
    if (child == 0) {
        for (int i = 0; i < 1000; i++) free(malloc(10));
        exit(0);
    }
    int status = -1;
    CHECK(waitpid(child, &status, 0) == child && status == 0, "the child ended with %x", status);
    Counts after = sumOfAll(header);
    CHECK(header->process_id == getpid() && header->state == SWIFTMALLOC_LIVE_RUNNING, "the file is the child's");
    CHECK(memcmp(&before, &after, sizeof before) == 0, "%ld calls", (long)(after.allocation_count - before.allocation_count));
    CHECK(access(pathOf(getpid()), F_OK) == 0 && access(pathOf(child), F_OK) != 0, "files");
    return 0;
}
