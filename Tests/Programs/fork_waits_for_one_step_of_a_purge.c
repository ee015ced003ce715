// Proves that a fork that comes while 200 MB go back to the system waits for a part of that only, and finds a heap that is whole;
// whether these are holes of a thread that sleeps or of one that has ended, free runs, or long ones.
// env: SWIFTMALLOC_PURGE_DELAY=100
// arguments: SIZE=1000,KEEP=20,ENDS=0 SIZE=1000,KEEP=20,ENDS=1 SIZE=1000,KEEP=0,ENDS=0 SIZE=200000,KEEP=0,ENDS=0 SIZE=40000000,KEEP=0,ENDS=0
// production-only: the debug heap has no helper
// timeout: 40
#include "check.h"
#include <pthread.h>
#include <sys/wait.h>
ARGUMENT(size_t, SIZE)
ARGUMENT(size_t, KEEP)
ARGUMENT(int, ENDS)

enum { BYTES = 200000000, MOST = 48000000 };
static char *blocks[BYTES / 1000];
static size_t before, atLocks;
static pthread_barrier_t freed;

// Registered before the heap's own handlers, so it runs when the heap's locks are taken.
static void noteLocks(void) { atLocks = resident(); }
static void registerFirst(void) { pthread_atfork(noteLocks, NULL, NULL); }
__attribute__((section(".preinit_array"), used)) static void (*const first)(void) = registerFirst;

static int isKept(size_t index) { return KEEP && index % KEEP == 0; }

static void *work(void *unused) {
    for (size_t i = 0; i < BYTES / SIZE; i++) fill(blocks[i] = malloc(SIZE), SIZE, i & 255);
    for (size_t i = 0; i < BYTES / SIZE; i++)
        if (!isKept(i)) free(blocks[i]), blocks[i] = NULL;
    pthread_barrier_wait(&freed);
    while (!ENDS) pause();
    return unused;
}

static void *sleeper(void *unused) {
    free(hide(malloc(100)));
    pause();
    return unused;
}

static void child(void) {
    for (size_t i = 0; i < BYTES / SIZE; i++) CHECK(!blocks[i] || filled(blocks[i], SIZE, i & 255), "block %zu changed", i);
    for (size_t i = 0; i < BYTES / SIZE / 2; i++)
        if (!blocks[i]) blocks[i] = malloc(SIZE);
    _exit(0);
}

int main(void) {
    pthread_t thread, other;
    pthread_barrier_init(&freed, NULL, 2);
    free(hide(malloc(100)));
    size_t empty = resident();
    CHECK(!pthread_create(&thread, NULL, work, NULL), "no thread");
    pthread_barrier_wait(&freed);
    // With the last thread the helper would end.
    if (ENDS) CHECK(!pthread_create(&other, NULL, sleeper, NULL), "no thread");
    double end = seconds() + 20;
    size_t most = 0;
    do {
        before = resident();
        pid_t process = fork();
        if (!process) atLocks < empty + BYTES / 2 ? child() : _exit(0);
        int status;
        CHECK(waitpid(process, &status, 0) == process && status == 0, "status %d", status);
        if (before > atLocks + most) most = before - atLocks;
    } while (atLocks > empty + 40000000 && seconds() < end);
    CHECK(most < MOST, "%zu bytes went back while a fork waited", most);
    CHECK(atLocks < empty + 50000000, "%zu bytes stay", atLocks - empty);
    return 0;
}
