// Proves that a process that ends on the smallest stack that a thread can have, or while others sleep on such, reports what is lost.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 block$
// stderr-count: 1
// report: ^  definitely lost: 1000 bytes in 1 block$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report: ^SUMMARY: swiftmalloc: 1000 byte\(s\) leaked in 1 allocation\(s\)\.$
// arguments: HOW=1 HOW=2 HOW=3 HOW=4
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
#include <limits.h>
#include "leak.h"
ARGUMENT(int, HOW)
static void *held;

HELPER void build(void) { held = make(100); }

static void *wait(void *nothing) {
    arrive();
    for (;;) pause();
    return nothing;
}

static void *end(void *nothing) {
    endBy(HOW, 0);
    return nothing;
}

int main(void) {
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, (size_t)PTHREAD_STACK_MIN);
    away(build);
    lose(1000);
    for (int i = 0; i < 3; i++) CHECK(pthread_create(&thread, &attributes, wait, NULL) == 0, "no thread");
    await(3);
    CHECK(pthread_create(&thread, &attributes, end, NULL) == 0, "no thread");
    wait(held);
    return 1;
}
