// Proves that a handler of SIGABRT may fork after a report, as those do that start a debugger, with and without other threads.
// expect: exit 3
// stderr: ERROR: swiftmalloc: double-free on address
// arguments: THREADS=0 THREADS=1
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_LEAKS=1
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include "check.h"
ARGUMENT(int, THREADS)

static void onAbort(int number) {
    (void)number;
    pid_t child = fork();
    if (child == 0) {
        alarm(60);
        free(malloc(100));
        _exit(7);
    }
    int status = -1;
    waitpid(child, &status, 0);
    free(malloc(100));
    _exit(WIFEXITED(status) && WEXITSTATUS(status) == 7 ? 3 : 1);
}

static void *sleepOn(void *unused) {
    pause();
    return unused;
}

int main(void) {
    pthread_t thread;
    signal(SIGABRT, onAbort);
    if (THREADS) pthread_create(&thread, NULL, sleepOn, NULL);
    void *block = hide(malloc(10));
    free(block);
    free(hide(block));
    return 0;
}
