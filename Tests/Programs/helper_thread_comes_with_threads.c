// Proves that the library's own thread is there only in a process that has threads already: one with all signals blocked but those of
// the C library, and with a name where calls are counted; none in a process of one thread, which may leave its user namespace, with
// BACKGROUND=0, and in a debugging mode. It does not keep setuid in all threads from its end.
// arguments: THREADS=0 THREADS=1 THREADS=20
// env: SWIFTMALLOC_BACKGROUND=1
// env: SWIFTMALLOC_BACKGROUND=1 SWIFTMALLOC_LIVE=1
// env: SWIFTMALLOC_BACKGROUND=0
// env: SWIFTMALLOC_PURGE_DELAY=-1
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_LEAKS=1
// expect: exit 0
#include "check.h"
#include <dirent.h>
#include <pthread.h>
#include <sched.h>
ARGUMENT(int, THREADS)

static pthread_barrier_t start, end;

static void *work(void *unused) {
    free(hide(malloc(100)));
    pthread_barrier_wait(&start);
    // More than one slow path.
    for (size_t size = 16; size < 30000; size += 100) free(hide(malloc(size)));
    pthread_barrier_wait(&end);
    return unused;
}

// Threads with all signals blocked. No other name than its own is to be that of a counting process' helper.
static int helpers(void) {
    int count = 0;
    DIR *tasks = opendir("/proc/self/task");
    for (struct dirent *task; (task = readdir(tasks));) {
        char path[300], line[300] = "";
        snprintf(path, sizeof path, "/proc/self/task/%s/status", task->d_name);
        FILE *status = task->d_name[0] == '.' ? NULL : fopen(path, "r");
        if (!status) continue;
        int isHelper = 0, hasName = 0;
        while (fgets(line, sizeof line, status)) {
            if (!strcmp(line, "Name:\tswiftmalloc\n")) hasName = 1;
            if (!strncmp(line, "SigBlk:", 7)) isHelper = strstr(line, "fffffffe7ffbfeff") || strstr(line, "fffffffe7fffffff");
        }
        CHECK(!isHelper || hasName == !!getenv("SWIFTMALLOC_LIVE"), "its name");
        count += isHelper;
        fclose(status);
    }
    closedir(tasks);
    return count;
}

static int isWanted(void) {
    const char *option = getenv("SWIFTMALLOC_BACKGROUND");
    return THREADS && option && !strcmp(option, "1");
}

int main(void) {
    pthread_t threads[THREADS + 1];
    pthread_barrier_init(&start, NULL, (unsigned)THREADS + 1);
    pthread_barrier_init(&end, NULL, (unsigned)THREADS + 1);
    for (int i = 0; i < THREADS; i++) CHECK(!pthread_create(&threads[i], NULL, work, NULL), "no thread");
    pthread_barrier_wait(&start);
    for (size_t size = 16; size < 30000; size += 100) free(hide(malloc(size)));
    usleep(100000);
    int there = helpers();
    CHECK(there == isWanted(), "%d helpers", there);
    CHECK(!setresuid(getuid(), getuid(), getuid()), "%m");
    pthread_barrier_wait(&end);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    // Refused to processes with threads; and in some containers to all.
    if (!THREADS && unshare(CLONE_NEWUSER)) CHECK(errno == EPERM || errno == ENOSPC || errno == ENOSYS, "%m");
    return 0;
}
