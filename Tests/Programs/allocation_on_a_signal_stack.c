// Proves that a handler on a small alternate stack, called in calm moments, may allocate, grow and free.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
#include <signal.h>
#include "check.h"
static void *kept;

static void handler(int number) {
    for (size_t size = 1; size < 1000000; size = size * 3 + 1) {
        char *block = realloc(malloc(size), size * 2);
        CHECK(block != NULL, "no block of %zu in the handler", size);
        block[size * 2 - 1] = (char)number;
        free(block);
    }
    free(kept);
    kept = malloc(100);
}

int main(void) {
    stack_t stack = {.ss_sp = malloc(16384), .ss_size = 16384};
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_ONSTACK};
    CHECK(sigaltstack(&stack, NULL) == 0, "sigaltstack");
    sigaction(SIGUSR1, &action, NULL);
    for (int i = 0; i < 500; i++) raise(SIGUSR1);
    free(kept);
    return 0;
}
