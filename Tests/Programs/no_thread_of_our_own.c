// Proves that the process has one thread: at the start, while it works, and after it waited for a purge.
// expect: exit 0
// stderr-none
// env: SWIFTMALLOC_PURGE_DELAY=50
// also: DEBUG=1 LIVE=1
#include <dirent.h>
#include "workout.h"

static int threads(void) {
    DIR *tasks = opendir("/proc/self/task");
    int count = 0;
    CHECK(tasks != NULL, "no /proc/self/task");
    while (readdir(tasks)) count++;
    closedir(tasks);
    return count - 2;
}

int main(void) {
    CHECK(threads() == 1, "%d threads at the start", threads());
    workout(1, 5000);
    CHECK(threads() == 1, "%d threads after the work", threads());
    usleep(200000);
    workout(2, 5000);
    CHECK(threads() == 1, "%d threads after the purge", threads());
    return 0;
}
