// Proves that a block is not lost while the stack of a waiting coroutine is all that has it that lies below the stack of the one that calls exit, in one mapping.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 block$
// stderr-count: 1
// report: ^Direct leak of 1000 byte\(s\) in 1 object\(s\) allocated from:$
// report: ^  definitely lost: 1000 bytes in 1 block$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report-not: (Direct|Indirect) leak of ([0-9]{1,3}|[^1][0-9]+) byte
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
#include <sys/mman.h>
#include <ucontext.h>
#include "leak.h"
enum { size = 4 << 20 };
static ucontext_t outside, low, high;

static void runLow(void) {
    void *volatile held = malloc(100);
    hide((void *)&held);
    swapcontext(&low, &outside);
    hide(held);
}

static void runHigh(void) {
    lose(1000);
    exit(0);
}

HELPER void start(ucontext_t *context, void (*run)(void), char *stack) {
    getcontext(context);
    context->uc_stack.ss_sp = stack;
    context->uc_stack.ss_size = size;
    makecontext(context, run, 0);
    swapcontext(&outside, context);
}

int main(void) {
    char *stacks = mmap(NULL, 2 * size + 65536, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(mprotect(stacks + 65536, 2 * size, PROT_READ | PROT_WRITE) == 0, "mprotect");  // a guard below both
    start(&low, runLow, stacks + 65536);
    start(&high, runHigh, stacks + 65536 + size);
    return 1;
}
