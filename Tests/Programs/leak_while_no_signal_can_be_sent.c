// Proves that threads which cannot be stopped, as no signal can be queued, keep what their stacks hold, and that a warning says it.
// stderr: ^==[0-9]+==WARNING: swiftmalloc: 4 threads did not stop for the leak check
// report: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 block$
// report: ^  definitely lost: 1000 bytes in 1 block$
// report-not: leak of 100 byte
// env: SWIFTMALLOC_LEAKS=1
// not-compared: Valgrind stops no threads
#include <sys/resource.h>
#include "leak.h"

static void *wait(void *nothing) {
    void *volatile held = malloc(100);
    hide((void *)&held);
    arrive();
    for (;;) pause();
    return held == NULL ? nothing : NULL;
}

int main(void) {
    for (int i = 0; i < 4; i++) {
        pthread_t thread;
        CHECK(pthread_create(&thread, NULL, wait, NULL) == 0, "no thread");
    }
    await(4);
    lose(1000);
    struct rlimit none = {0, 0};
    CHECK(setrlimit(RLIMIT_SIGPENDING, &none) == 0, "setrlimit");
    return 0;
}
