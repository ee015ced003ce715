// Proves that the report of a use after free has three stacks: of the access, of the free, and of the allocation, each with its thread.
// expect: signal 11 (SEGV)
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-use-after-free on address {ADDRESS} \(a read, 5 bytes inside the freed 24-byte block at 0x[0-9a-f]+\), thread "[^"]+" \([0-9]+\)$
// report: ^ +#0 0x[0-9a-f]+ in use +.*{FILE}:{LINE:use}$
// report: ^freed by thread "releaser" \([0-9]+\):$
// report: ^ +#0 0x[0-9a-f]+ in release +.*{FILE}:{LINE:release}$
// report: ^allocated by thread "maker" \([0-9]+\):$
// report: ^ +#0 0x[0-9a-f]+ in make +.*{FILE}:{LINE:make}$
// env: SWIFTMALLOC_GUARD_SAMPLE=1
// production-only: the debug heap is not sampled
// link: -pthread
#include "guarded.h"
#include <pthread.h>

static char *block;

static NOINLINE char *make(void) {
    char *made = malloc(24);  // make
    return hide(made);
}
static NOINLINE void release(void) {
    free(block);  // release
    __asm__ volatile("");
}
static NOINLINE int use(volatile char *at) { return *at; }  // use

static void *makes(void *argument) {
    pthread_setname_np(pthread_self(), "maker");
    block = GUARDED(make(), 24, 1);
    return argument;
}
static void *releases(void *argument) {
    pthread_setname_np(pthread_self(), "releaser");
    release();
    return argument;
}

int main(void) {
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, makes, NULL) == 0, "thread");
    pthread_join(thread, NULL);
    CHECK(pthread_create(&thread, NULL, releases, NULL) == 0, "thread");
    pthread_join(thread, NULL);
    announce(block + 5);
    return use(hide(block + 5));
}
