// Proves that a child of fork allocates, makes threads and reports an error when another thread of its parent was inside of the
// loader: nobody in the child gives the lock back.
// env: SWIFTMALLOC_BACKGROUND=1
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// env: SWIFTMALLOC_LEAKS=1
// env: SWIFTMALLOC_LIVE=1
// stderr: ^==[0-9]+==ERROR: swiftmalloc: (double-free on address|double free of) 
#include "check.h"
#include <link.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>

static atomic_int isInside, isOver;

static int waits(struct dl_phdr_info *module, size_t size, void *argument) {
    isInside = 1;
    while (!isOver) usleep(1000);
    return module != NULL && size > 0 && argument == NULL;
}

static void *inLoader(void *argument) {
    dl_iterate_phdr(waits, argument);
    return argument;
}

static __attribute__((noinline)) void *allocates(void *argument) {
    for (size_t i = 1; i < 100; i++) free(hide(malloc(100 * i)));
    return argument;
}

static __attribute__((noinline)) void errs(void) {
    char *block = hide(malloc(100));
    free(block);
    free(hide(block));
}

static void inChild(void) {
    pthread_t thread;
    // The program itself must not wait for ever: then it ends by SIGALRM.
    alarm(15);
    allocates(NULL);
    CHECK(!pthread_create(&thread, NULL, allocates, NULL) && !pthread_join(thread, NULL), "no thread");
    errs();
    _exit(0);
}

int main(void) {
    pthread_t thread;
    int status = 0;
    CHECK(!pthread_create(&thread, NULL, inLoader, NULL), "no thread");
    while (!isInside) usleep(1000);
    pid_t child = fork();
    if (child == 0) inChild();
    CHECK(waitpid(child, &status, 0) == child, "no child");
    isOver = 1;
    pthread_join(thread, NULL);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT, "the child ended with %x", (unsigned)status);
    return 0;
}
