// Proves that a process of one thread gives a burst back while it is freed although other threads were there before: one that
// allocated after its end, and the parent's in the child of a fork, also of one in a signal handler inside of malloc.
// env: SWIFTMALLOC_BACKGROUND=0
// arguments: WAY=0 WAY=1 WAY=2 WAY=3
// production-only: the debug heap has a quarantine
#include "check.h"
#include <pthread.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>
ARGUMENT(int, WAY)

enum { ALONE, LATE, FORK, HANDLER };
enum { COUNT = 100000, SIZE = 1000, FORKS = 40 };
static char *blocks[COUNT];
static pthread_key_t key;
static pthread_barrier_t barrier;
static volatile sig_atomic_t isChild, forks, isFailed;

// A key of the program comes after ours: in the last round of destructors the thread has ended for the library.
static void late(void *block) {
    free(block);
    pthread_setspecific(key, hide(malloc(100)));
}

static void *work(void *unused) {
    pthread_setspecific(key, hide(malloc(100)));
    return unused;
}

static void *sleepFor(void *unused) {
    // Two forks at once, one of them in the middle of malloc, wait for each other also with the C library's own.
    sigset_t every;
    sigfillset(&every);
    pthread_sigmask(SIG_SETMASK, &every, NULL);
    free(hide(malloc(100)));
    pthread_barrier_wait(&barrier);
    pause();
    return unused;
}

static void check(void) {
    size_t before = resident();
    for (int i = 0; i < COUNT; i++) fill(blocks[i] = malloc(SIZE), SIZE, 1);
    for (int i = 0; i < COUNT; i++) free(blocks[i]);
    size_t left = resident() - before;
    CHECK(left < COUNT * SIZE * (size_t)15 / 100, "%zu bytes stay", left);
}

static void forkNow(int unused) {
    (void)unused;
    if (isChild || forks == FORKS) return;
    forks++;
    pid_t child = fork();
    if (!child) { isChild = 1; return; }
    int status;
    CHECK(child > 0 && waitpid(child, &status, 0) == child, "no child");
    isFailed |= status;
}

// Most of the time malloc's slow path.
static void forkInside(void) {
    struct itimerval often = {{0, 3000}, {0, 3000}}, never = {{0, 0}, {0, 0}};
    signal(SIGALRM, forkNow);
    setitimer(ITIMER_REAL, &often, NULL);
    while (forks < FORKS && !isChild) free(hide(malloc(100000)));
    setitimer(ITIMER_REAL, &never, NULL);
}

int main(void) {
    free(hide(malloc(100)));
    pthread_key_create(&key, WAY == LATE ? late : NULL);
    pthread_barrier_init(&barrier, NULL, 2);
    pthread_t thread;
    if (WAY != ALONE) CHECK(!pthread_create(&thread, NULL, WAY == LATE ? work : sleepFor, NULL), "no thread");
    if (WAY == LATE) pthread_join(thread, NULL);
    if (WAY >= FORK) pthread_barrier_wait(&barrier);
    if (WAY == FORK) {
        forkNow(0);
        forks = FORKS;
    } else if (WAY == HANDLER) {
        forkInside();
    }
    if (WAY < FORK || isChild) check();
    return isFailed ? 1 : 0;
}
