// Proves that with PROTECT=1, the records read-only between calls, a workout in threads, fork and handlers go on as ever.
// expect: exit 0
// stderr-none
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_PROTECT=1
// env: SWIFTMALLOC_DEBUG=guard SWIFTMALLOC_PROTECT=1
// env: SWIFTMALLOC_OPTIONS=DEBUG=1,PROTECT=1,QUARANTINE=100k
// timeout: 60
#include <pthread.h>
#include <sys/wait.h>
#include "debug.h"
#include "workout.h"

static void *work(void *seed) {
    workout((uintptr_t)seed, 1500);
    return NULL;
}

int main(void) {
    pthread_t threads[3];
    for (uintptr_t i = 0; i < 3; i++) pthread_create(&threads[i], NULL, work, (void *)(i + 1));
    pid_t child = fork();
    if (child == 0) exit((int)(uintptr_t)work((void *)7));
    int status = -1;
    waitpid(child, &status, 0);
    CHECK(status == 0, "the child ended with %x", status);
    for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
    CHECK(checkHeap() == 0, "errors where there are none");
    return 0;
}
