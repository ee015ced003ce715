// Proves that a block is not lost while the frame of a signal handler on an alternate stack in a block is all that has it, or the frame that was interrupted.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 block$
// stderr-count: 1
// report: ^Direct leak of 1000 byte\(s\) in 1 object\(s\) allocated from:$
// report: ^  definitely lost: 1000 bytes in 1 block$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report-not: (Direct|Indirect) leak of ([0-9]{1,3}|[^1][0-9]+) byte
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
// arguments: INSIDE=0 INSIDE=1
#include "leak.h"
ARGUMENT(int, INSIDE)
static void *area;

static void handle(int number) {
    void *volatile held = INSIDE ? malloc(100) : NULL;
    hide((void *)&held);
    lose(1000);
    exit(held == NULL && INSIDE ? number : 0);
}

int main(void) {
    area = malloc(1 << 19);
    stack_t stack = {.ss_sp = area, .ss_size = 1 << 19};
    struct sigaction action = {.sa_handler = handle, .sa_flags = SA_ONSTACK};
    CHECK(sigaltstack(&stack, NULL) == 0 && sigaction(SIGUSR1, &action, NULL) == 0, "no signal stack");
    void *volatile held = malloc(101);
    hide((void *)&held);
    raise(SIGUSR1);
    return held == NULL ? 1 : 2;
}
