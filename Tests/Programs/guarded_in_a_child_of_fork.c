// Proves that a child of fork has its guarded blocks, frees its parent's, guards blocks of its own and reports errors, whatever its parent
// does meanwhile.
// env: SWIFTMALLOC_GUARD_SAMPLE=1
// expect: exit 0
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address 0x[0-9a-f]+ \(40-byte block\), thread "
// stderr-count: 10
// production-only: the debug heap is not sampled
// link: -pthread
#include "guarded.h"
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

static volatile int isOver;
static NOINLINE char *allocate(void) { return hide(malloc(40)); }
static NOINLINE char *other(void) { return hide(malloc(40)); }

static void *keepBusy(void *argument) {
    while (!isOver) free(other());
    return argument;
}

static void inChild(char *block) {
    fill(block, 40, 3);
    free(block);
    CHECK(isInaccessible(block), "the parent's block is accessible after its free");
    char *own = GUARDED(allocate(), 40, 1);
    free(own);
    free(hide(own));
}

int main(void) {
    char *block = GUARDED(allocate(), 40, 1);
    fill(block, 40, 2);
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, keepBusy, NULL) == 0, "thread");
    for (int round = 0; round < 10; round++) {
        pid_t child = fork();
        if (child == 0) {
            inChild(block);
            _exit(0);
        }
        int status = 0;
        CHECK(child > 0 && waitpid(child, &status, 0) == child, "wait");
        CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT, "round %d: status %x", round, status);
        CHECK(filled(block, 40, 2) && isGuarded(block), "the parent's block has changed");
    }
    isOver = 1;
    pthread_join(thread, NULL);
    return 0;
}
