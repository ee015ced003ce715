// Proves that a stack which overflows is told from other faults, in the main thread and in others, by small frames and by one that
// is larger than the stack's guard.
// expect: signal 11 (SEGV)
// stderr: ^==[0-9]+==ERROR: swiftmalloc: stack-overflow on address 0x[0-9a-f]+ \(the thread's stack has no room for more\), thread "
// stderr-count: 1
// report: ^ +#0 0x[0-9a-f]+ in overflow +.*{FILE}:
// report: ^ +#1 0x[0-9a-f]+ in overflow +.*{FILE}:
// report: ^SUMMARY: swiftmalloc: stack-overflow .* in overflow$
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// arguments: THREAD=0,SIZE=100 THREAD=1,SIZE=100 THREAD=1,SIZE=2000 THREAD=0,SIZE=50000
#include <pthread.h>
#include "debug.h"
ARGUMENT(int, THREAD)
ARGUMENT(int, SIZE)

static NOINLINE int overflow(int depth) {
    char array[SIZE];
    // No call, which puts something on the stack on x86-64 and nothing on AArch64, where the function that is called would crash.
    for (int i = 0; i < 16; i++) ((volatile char *)array)[i] = (char)depth;
    return depth == 1 << 30 ? 0 : overflow(depth + 1) + array[depth % 16];
}

static void *work(void *unused) {
    free(malloc(100));
    printf("%d", overflow(0));
    return unused;
}

int main(void) {
    pthread_t thread;
    if (!THREAD) work(NULL);
    pthread_create(&thread, NULL, work, NULL);
    pthread_join(thread, NULL);
    return 0;
}
