// Proves that a handler of SIGABRT that ends the process by _exit does so also after a report of the library, which it interrupts.
// expect: exit 7
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \([0-9]+-byte block\),
// not-compared: Valgrind does not abort
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
#include "leak.h"

static void end(int number) { _exit(number == SIGABRT ? 7 : 1); }

int main(void) {
    signal(SIGABRT, end);
    void *block = announce(malloc(100));
    free(block);
    free(hide(block));
    return 0;
}
