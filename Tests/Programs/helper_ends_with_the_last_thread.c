// Proves that the library's own thread ends with the last thread beside the first: when that was joined, the process may leave its
// user namespace again, which the kernel refuses to processes with threads; and that it comes back with the next thread.
// env: SWIFTMALLOC_BACKGROUND=1
// env: SWIFTMALLOC_BACKGROUND=1 SWIFTMALLOC_LIVE=1
// expect: exit 0
#include <pthread.h>
#include <sched.h>
#include <sys/wait.h>
#include "check.h"
static pthread_barrier_t barrier;

static void *work(void *waits) {
    for (size_t size = 16; size < 30000; size += 100) free(hide(malloc(size)));
    if (waits) pthread_barrier_wait(&barrier), pthread_barrier_wait(&barrier);
    return NULL;
}

static void unshares(const char *when) {
    int status = -1;
    pid_t child = fork();
    if (child == 0) _exit(0);
    CHECK(waitpid(child, &status, 0) == child && status == 0, "no child");
    // A thread that was joined is on its way out of the kernel.
    for (int i = 0; i < 1000 && threadCount() > 1; i++) usleep(1000);
    CHECK(threadCount() == 1, "%s: %d threads", when, threadCount());
    // A flag that changes nothing in a process of one thread.
    CHECK(unshare(CLONE_SIGHAND) == 0, "%s: %m", when);
}

int main(void) {
    pthread_t threads[40];
    unshares("at first");
    for (int i = 0; i < 300; i++) {
        CHECK(!pthread_create(&threads[0], NULL, work, NULL), "no thread");
        pthread_join(threads[0], NULL);
        if (i < 5 || i % 100 == 0) unshares("after a thread");
    }
    // Three short lives are behind it: for a second there is none.
    usleep(1200000);
    for (int round = 0; round < 3; round++) {
        pthread_barrier_init(&barrier, NULL, 41);
        for (int i = 0; i < 40; i++) CHECK(!pthread_create(&threads[i], NULL, work, &barrier), "no thread");
        pthread_barrier_wait(&barrier);
        usleep(1100000);
        CHECK(threadCount() == 42, "%d threads", threadCount());
        pthread_barrier_wait(&barrier);
        for (int i = 0; i < 40; i++) pthread_join(threads[i], NULL);
        unshares("after a pool");
    }
    return 0;
}
