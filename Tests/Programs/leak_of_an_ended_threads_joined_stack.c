// Proves that what only the stack of an ended thread had is lost also where memory of the program lies directly behind that stack,
// or where the stack has no guard page before it.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 100 bytes in 1 block$
// stderr-count: 1
// report: ^  definitely lost: 100 bytes in 1 block$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report: ^SUMMARY: swiftmalloc: 100 byte\(s\) leaked in 1 allocation\(s\)\.$
// arguments: GUARD=1,MAPPING=1 GUARD=0,MAPPING=0 GUARD=0,MAPPING=1
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
#include <sys/mman.h>
#include "leak.h"
ARGUMENT(int, GUARD)
ARGUMENT(int, MAPPING)

// Deeper than what the C library leaves of an ended thread's stack: PTHREAD_STACK_MIN bytes, which on AArch64 are 131072.
HELPER void descend(void) {
    char room[200000];
    void *volatile held = malloc(100);
    hide(room), hide((void *)&held);
}

static void *work(void *nothing) {
    descend();
    return nothing;
}

int main(void) {
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    if (!GUARD) pthread_attr_setguardsize(&attributes, 0);
    // The kernel joins neighbouring mappings of one kind; it gives addresses downwards.
    if (MAPPING) memset(mmap(NULL, MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), 1, MIB);
    CHECK(pthread_create(&thread, &attributes, work, NULL) == 0, "no thread");
    pthread_join(thread, NULL);
    return 0;
}
