// Proves that a block is not lost while a thread's stack that the program gave it (pthread_attr_setstack) is all that has it: in a block, in a mapping.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 block$
// stderr-count: 1
// report: ^Direct leak of 1000 byte\(s\) in 1 object\(s\) allocated from:$
// report: ^  definitely lost: 1000 bytes in 1 block$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report-not: (Direct|Indirect) leak of ([0-9]{1,3}|[^1][0-9]+) byte
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
// arguments: WHERE=0 WHERE=1
#include <sys/mman.h>
#include "leak.h"
ARGUMENT(int, WHERE)
enum { size = 1 << 20 };
static void *stack;

static void *wait(void *nothing) {
    void *volatile held = malloc(100);
    hide((void *)&held);
    arrive();
    for (;;) pause();
    return held == NULL ? nothing : NULL;
}

int main(void) {
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    stack = WHERE == 0 ? aligned_alloc(4096, size) : mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(pthread_attr_setstack(&attributes, stack, size) == 0, "no such stack");
    CHECK(pthread_create(&thread, &attributes, wait, NULL) == 0, "no thread");
    await(1);
    lose(1000);
    return 0;
}
