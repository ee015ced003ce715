// Proves that the threads of a double free are named with their names and numbers: who freed now, who freed first, who
// allocated; two of them have ended. What calls a thread's function has no line, for which the C library's debug information
// (libc6-dbg) would be unpacked: ten times the report's own time.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \({SIZE}-byte block\), thread "second one" \({SECOND}\)$
// report: ^ +#0 0x[0-9a-f]+ in release +.*{FILE}:{LINE:release}$
// report: ^freed first by thread "first one" \({FIRST}\):$
// report: ^ +#0 0x[0-9a-f]+ in release +.*{FILE}:{LINE:release}$
// report: ^allocated by thread "owner" \({OWNER}\):$
// report: ^ +#0 0x[0-9a-f]+ in own +.*{FILE}:{LINE:allocation}$
// report-not: (clone3?\.S|pthread_create\.c|libc_start_call_main\.h|libc-start\.c):[0-9]+$
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// arguments: SIZE=64 SIZE=100000
#include <pthread.h>
#include "debug.h"
ARGUMENT(int, SIZE)
static void *block;

static void *own(void *key) {
    pthread_setname_np(pthread_self(), "owner");
    tell(key, gettid());
    block = malloc(SIZE);  // allocation
    return NULL;
}

static void *release(void *key) {
    pthread_setname_np(pthread_self(), strcmp(key, "first") == 0 ? "first one" : "second one");
    tell(key, gettid());
    free(hide(block));  // release
    return NULL;
}

int main(void) {
    void *(*works[])(void *) = {own, release, release};
    const char *keys[] = {"owner", "first", "second"};
    for (int i = 0; i < 3; i++) {
        pthread_t thread;
        pthread_create(&thread, NULL, works[i], (void *)keys[i]);
        pthread_join(thread, NULL);
        if (i == 0) announce(block);
    }
    return 0;
}
