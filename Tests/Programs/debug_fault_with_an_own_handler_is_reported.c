// Proves that a fault in our memory is reported although the program had installed a handler for SIGSEGV before its first
// allocation; that handler is not asked.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-use-after-free on address {ADDRESS} \(a read, 0 bytes inside the freed 100000-byte block at {ADDRESS}\), thread "
// report: ^ +#0 0x[0-9a-f]+ in look +.*{FILE}:{LINE:read}$
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
#include <signal.h>
#include "debug.h"

static NOINLINE int look(volatile char *at) { return *at; }  // read
static void handler(int number) { _exit(number); }

static void install(void) { signal(SIGSEGV, handler); }
__attribute__((section(".preinit_array"), used)) static void (*const place)(void) = install;

int main(void) {
    char *block = announce(malloc(100000));
    free(block);
    return look(hide(block)) == 1;
}
