// Proves that a null dereference kills the process by signal 11, as without us, after one report, also in a thread and with
// ON_ERROR=continue.
// expect: signal 11 (SEGV)
// stderr: ^==[0-9]+==ERROR: swiftmalloc: SEGV on address 0x0 \(a write, the null pointer\), thread "[^"]+" \([0-9]+\)$
// stderr-count: 1
// report: ^ +#0 0x[0-9a-f]+ in work +.*{FILE}:{LINE:write}$
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_ON_ERROR=continue
// arguments: THREAD=0 THREAD=1
#include <pthread.h>
#include "debug.h"
ARGUMENT(int, THREAD)

static void *work(void *null) {
    *(volatile char *)hide(null) = 1;  // write
    return null;
}

int main(void) {
    pthread_t thread;
    free(malloc(100));
    if (!THREAD) work(NULL);
    pthread_create(&thread, NULL, work, NULL);
    pthread_join(thread, NULL);
    return 0;
}
