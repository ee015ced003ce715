// Proves that a check while other threads fork and children allocate and end leaves all of them in order.
// stderr-none
// timeout: 60
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23 SWIFTMALLOC_DEBUG=1
// not-compared: the library's own function is what it is about
#include <sys/wait.h>
#include "leak.h"
#include "workout.h"
static volatile int ends;

static void *forkOn(void *nothing) {
    while (!ends) {
        pid_t child = fork();
        if (child == 0) workout(3, 200), exit(0);
        int status = -1;
        CHECK(waitpid(child, &status, 0) == child && status == 0, "the child ended with %x", status);
    }
    return nothing;
}

int main(void) {
    pthread_t threads[2];
    for (int i = 0; i < 2; i++) CHECK(pthread_create(&threads[i], NULL, forkOn, NULL) == 0, "no thread");
    double began = seconds();
    for (int i = 0; i < 100 && seconds() - began < 5; i++) CHECK(checkLeaks() == 0, "check %d", i);
    ends = 1;
    for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
    return 0;
}
