// Proves that in debug mode swiftmalloc_describe prints who allocated and who freed a block, and that it may be called at any time:
// in a handler that interrupted malloc.
// expect: exit 0
// report: INFO: swiftmalloc: address {ADDRESS} is 0 bytes inside the freed 100-byte block at {ADDRESS}$
// report: ^freed by thread "
// report: in main +.*{FILE}:{LINE:free}$
// report: ^allocated by thread "
// report: in main +.*{FILE}:{LINE:allocation}$
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// timeout: 60
#include <signal.h>
#include "debug.h"
static int (*describe)(const void *);
static char *block;
static volatile int calls;

static void handler(int number) {
    describe(block);
    calls += number > 0;
}

int main(void) {
    describe = (int (*)(const void *))function("swiftmalloc_describe");
    block = announce(malloc(100));  // allocation
    free(block);  // free
    CHECK(describe(block) == 2, "a freed block");
    signal(SIGALRM, handler);
    for (int round = 0; round < 20; round++) {
        ualarm((useconds_t)(1000 + 777 * round), 0);
        while (calls <= round) free(malloc(1000));
    }
    return 0;
}
