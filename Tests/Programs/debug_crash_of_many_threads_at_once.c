// Proves that of many threads that crash at the same time one is reported, whole, before the process ends.
// expect: signal 11 (SEGV)
// stderr: ^==[0-9]+==ERROR: swiftmalloc: SEGV on address 0x10 \(a write, 16 bytes after null\), thread "
// stderr-count: 1
// report: ^ +#0 0x[0-9a-f]+ in work +.*{FILE}:{LINE:write}$
// report: ^SUMMARY: swiftmalloc: SEGV .*{FILE}:{LINE:write} in work$
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
#include <pthread.h>
#include "debug.h"
static pthread_barrier_t barrier;

static void *work(void *unused) {
    free(malloc(100));
    pthread_barrier_wait(&barrier);
    *(volatile char *)hide((void *)16) = 1;  // write
    return unused;
}

int main(void) {
    pthread_t threads[20];
    pthread_barrier_init(&barrier, NULL, 20);
    for (int i = 0; i < 20; i++) pthread_create(&threads[i], NULL, work, NULL);
    for (int i = 0; i < 20; i++) pthread_join(threads[i], NULL);
    return 0;
}
