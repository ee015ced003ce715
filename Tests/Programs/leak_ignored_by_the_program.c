// Proves that what a thread allocates between __lsan_disable and __lsan_enable, and what __lsan_ignore_object names, is no leak,
// with what hangs on it; and that what was allocated before, behind, and by another thread is one.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 1011 bytes in 3 blocks$
// stderr-count: 1
// report: ^  definitely lost: 1011 bytes in 3 blocks$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report: ^  still reachable: [1-9][0-9]* bytes in [0-9]+ blocks$
// arguments: SIZE=24 SIZE=5000 SIZE=200000
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
#include "leak.h"
ARGUMENT(int, SIZE)
#define lsan(name) ((void (*)(void))function("__lsan_" name))()

HELPER void makeOne(void) { hide(make(1)); }
HELPER void *allocateElsewhere(void *unused) { return away(makeOne), unused; }

// Two levels: only the outer enable ends it.
HELPER void disabled(void) {
    hide(make(10));
    lsan("disable");
    lsan("disable");
    hide(make(SIZE));
    lsan("enable");
    void **parent = make(SIZE);
    char *grown = realloc(malloc(10), SIZE);
    pthread_t thread;
    pthread_create(&thread, NULL, allocateElsewhere, NULL);
    pthread_join(thread, NULL);
    lsan("enable");
    // Behind it, but only what is ignored leads to it.
    *parent = make(SIZE);
    hide(grown);
    hide(make(1000));
}

// In the middle of a block, too.
HELPER void ignored(void) {
    void (*ignore)(const void *) = (void (*)(const void *))function("__lsan_ignore_object");
    void **parent = make(SIZE);
    *parent = make(SIZE);
    ignore((char *)parent + SIZE / 2);
    ignore(parent);
    ignore(&ignore), ignore(NULL), ignore((void *)8);
    hide(parent);
}

int main(void) {
    away(disabled);
    away(ignored);
    return 0;
}
