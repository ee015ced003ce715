// Proves that a block is not lost while the stack of a coroutine that waits is all that has it: a stack in a mapping, in a block, in the program's data.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 block$
// stderr-count: 1
// report: ^Direct leak of 1000 byte\(s\) in 1 object\(s\) allocated from:$
// report: ^  definitely lost: 1000 bytes in 1 block$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report-not: (Direct|Indirect) leak of ([0-9]{1,3}|[^1][0-9]+) byte
// env: SWIFTMALLOC_LEAKS=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
// arguments: WHERE=0 WHERE=1 WHERE=2
#include <sys/mman.h>
#include <ucontext.h>
#include "leak.h"
ARGUMENT(int, WHERE)
static ucontext_t outside, inside;
static char data[65536] __attribute__((aligned(16)));

static void run(void) {
    void *volatile held = malloc(100);
    hide((void *)&held);
    swapcontext(&inside, &outside);
    hide(held);
}

HELPER void build(void) {
    getcontext(&inside);
    void *mapped = mmap(NULL, sizeof data, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    inside.uc_stack.ss_sp = WHERE == 0 ? mapped : WHERE == 1 ? make(sizeof data) : data;
    inside.uc_stack.ss_size = sizeof data;
    makecontext(&inside, run, 0);
    swapcontext(&outside, &inside);
}

int main(void) {
    away(build);
    lose(1000);
    return 0;
}
