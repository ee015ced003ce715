// Proves that a block is not lost while the main thread's own stack is all that has it, where exit is called on the stack of a coroutine.
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
#include <ucontext.h>
#include "leak.h"
ARGUMENT(int, WHERE)
enum { size = 1 << 19 };
static ucontext_t outside, inside;
static void *stack;

static void run(void) {
    lose(1000);
    exit(0);
}

int main(void) {
    void *volatile held = malloc(100);
    hide((void *)&held);
    getcontext(&inside);
    stack = WHERE == 1 ? make(size) : mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    inside.uc_stack.ss_sp = stack;
    inside.uc_stack.ss_size = size;
    makecontext(&inside, run, 0);
    swapcontext(&outside, &inside);
    return held == NULL;
}
