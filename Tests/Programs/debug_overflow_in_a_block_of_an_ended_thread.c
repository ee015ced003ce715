// Proves that a block which an ended thread allocated, another wrote behind, and main frees, names who allocated it.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-buffer-overflow on address {ADDRESS} \(1 byte written, 0 bytes after the end of the 100-byte block at {BLOCK}, found by free\), thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:free}$
// report: ^allocated by thread "allocator" \({ALLOCATOR}\):$
// report: ^ +#0 0x[0-9a-f]+ in allocate +.*{FILE}:{LINE:allocation}$
// env: SWIFTMALLOC_DEBUG=1
#include <pthread.h>
#include "debug.h"
static char *block;

static void *allocate(void *unused) {
    pthread_setname_np(pthread_self(), "allocator");
    tell("allocator", gettid());
    block = tellAddress("block", malloc(100));  // allocation
    return unused;
}

static void *overflow(void *unused) {
    *(char *)announce(block + 100) = 1;
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, allocate, NULL);
    pthread_join(thread, NULL);
    pthread_create(&thread, NULL, overflow, NULL);
    pthread_join(thread, NULL);
    free(block);  // free
    return 0;
}
