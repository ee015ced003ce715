// Proves that a fault names the thread that made it, who freed the block and who allocated it, each with its number.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-use-after-free on address {ADDRESS} \(a read, 50 bytes inside the freed 100000-byte block at {BLOCK}\), thread "reader" \({READER}\)$
// report: ^ +#0 0x[0-9a-f]+ in work +.*{FILE}:{LINE:read}$
// report: ^freed by thread "freer" \({FREER}\):$
// report: ^ +#0 0x[0-9a-f]+ in work +.*{FILE}:{LINE:free}$
// report: ^allocated by thread "allocator" \({ALLOCATOR}\):$
// report: ^ +#0 0x[0-9a-f]+ in work +.*{FILE}:{LINE:allocation}$
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
#include <pthread.h>
#include "debug.h"
static volatile char *block;

static void *work(void *name) {
    pthread_setname_np(pthread_self(), name);
    tell(name, gettid());
    if (strcmp(name, "allocator") == 0) block = tellAddress("block", malloc(100000));  // allocation
    if (strcmp(name, "freer") == 0) free(announce((char *)block + 50) - 50);           // free
    if (strcmp(name, "reader") == 0) hide((void *)(uintptr_t)block[50]);               // read
    return NULL;
}

int main(void) {
    char *names[] = {"allocator", "freer", "reader"};
    for (int i = 0; i < 3; i++) {
        pthread_t thread;
        pthread_create(&thread, NULL, work, names[i]);
        pthread_join(thread, NULL);
    }
    return 0;
}
