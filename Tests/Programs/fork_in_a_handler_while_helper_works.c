// Proves that a signal handler that comes in the middle of malloc may fork although the library's own thread gives memory back: that
// may wait for a lock of the malloc, so nobody waits for it.
// env: SWIFTMALLOC_PURGE_DELAY=10
// production-only: the debug heap has no helper
// timeout: 40
#include "check.h"
#include <pthread.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>

enum { FORKS = 3000, BLOCKS = 1000 };
static volatile sig_atomic_t forks;

static void *sleeper(void *unused) {
    free(hide(malloc(100)));
    while (forks < FORKS) usleep(10000);
    return unused;
}

static void forkNow(int unused) {
    (void)unused;
    int status;
    pid_t child = fork();
    if (!child) _exit(0);
    CHECK(child > 0 && waitpid(child, &status, 0) == child && status == 0, "no child");
    forks++;
}

int main(void) {
    pthread_t thread;
    char *blocks[BLOCKS];
    // Forks are the first thread's: two at once, one of them in the middle of malloc, wait for each other's locks for ever, under
    // glibc's malloc, too.
    sigset_t every, none;
    sigfillset(&every);
    pthread_sigmask(SIG_SETMASK, &every, &none);
    CHECK(!pthread_create(&thread, NULL, sleeper, NULL), "no thread");
    pthread_sigmask(SIG_SETMASK, &none, NULL);
    struct itimerval often = {{0, 500}, {0, 500}}, never = {{0, 0}, {0, 0}};
    signal(SIGALRM, forkNow);
    setitimer(ITIMER_REAL, &often, NULL);
    while (forks < FORKS) {
        for (int i = 0; i < BLOCKS; i++) blocks[i] = hide(malloc(70000));
        for (int i = 0; i < BLOCKS; i++) free(blocks[i]);
    }
    setitimer(ITIMER_REAL, &never, NULL);
    pthread_join(thread, NULL);
    return 0;
}
