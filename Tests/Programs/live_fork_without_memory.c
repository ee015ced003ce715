// Proves that a child of fork for whose counters there is no memory leaves its parent's file alone: it counts for itself, or, where
// its addresses cannot even be mapped anew, in the parent's row 0.
// env: SWIFTMALLOC_LIVE=1
// env: SWIFTMALLOC_STATS=1 SWIFTMALLOC_LOG={TMP}/log SWIFTMALLOC_LIVE=1
// arguments: LESS=0 LESS=1000000
// also: DEBUG=1
#include <sys/resource.h>
#include <sys/wait.h>
#include "live_file.h"
ARGUMENT(int, LESS)

int main(void) {
    const Header *header = countersOf(getpid());
    CHECK(header, "no file");
    free(malloc(1000));
    struct rlimit limit = {virtualSize() - LESS, RLIM_INFINITY};
    const Row *own = rowOfThread(header, getpid());
    Counts before = sumOfAll(header), ownBefore = sumOfRow(own);
    CHECK(setrlimit(RLIMIT_AS, &limit) == 0, "setrlimit");
    pid_t child = fork();
    if (child == 0) {
        for (int i = 0; i < 1000; i++) free(malloc(10));
        exit(0);
    }
    int status = -1;
    CHECK(waitpid(child, &status, 0) == child && status == 0, "the child ended with %x", status);
    Counts after = sumOfAll(header), ownAfter = sumOfRow(own);
    CHECK(header->process_id == getpid() && header->state == SWIFTMALLOC_LIVE_RUNNING, "the file is the child's");
    CHECK(memcmp(&ownBefore, &ownAfter, sizeof ownAfter) == 0, "the child counted in a row of the parent");
    CHECK(LESS || memcmp(&before, &after, sizeof before) == 0, "the child counted in the parent's file");
    CHECK(header->threads_running == 1 && own->is_used && own->thread_id == getpid(), "the parent's row");
    CHECK(access(pathOf(getpid()), F_OK) == 0 && access(pathOf(child), F_OK) != 0, "files");
    return 0;
}
