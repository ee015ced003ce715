// Proves that errors in atexit handlers and destructor functions are reported with their stacks.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \(100-byte block\), thread "
// report: ^ +#0 0x[0-9a-f]+ in (handler|last) +.*{FILE}:({LINE:in the handler}|{LINE:in the destructor})$
// report: ^freed first by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:first free}$
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// arguments: LATE=0 LATE=1
#include "debug.h"
ARGUMENT(int, LATE)
static void *block;

static void handler(void) {
    if (!LATE) free(hide(block));  // in the handler
}

__attribute__((destructor)) static void last(void) {
    if (LATE) free(hide(block));  // in the destructor
}

int main(void) {
    atexit(handler);
    block = announce(malloc(100));
    free(block);  // first free
    return 0;
}
