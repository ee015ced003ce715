// Proves that a thread's exit ends the process while others wait in calls that a signal ends: they do not go on, and its status and report count.
// expect: exit 23
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 block$
// stderr-count: 1
// report: ^SUMMARY: swiftmalloc: 1000 byte\(s\) leaked in 1 allocation\(s\)\.$
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23 SWIFTMALLOC_DEBUG=1
// arguments: HOW=0 HOW=1 HOW=2
// not-compared: how the process ends is what it is about
#include <poll.h>
#include "leak.h"
ARGUMENT(int, HOW)

static void *end(void *nothing) {
    usleep(50000);
    lose(1000);
    if (HOW == 2) _exit(7);
    exit(7);
    return nothing;
}

static void *wait(void *nothing) {
    arrive();
    poll(NULL, 0, 20000);
    exit(9);
    return nothing;
}

int main(void) {
    pthread_t thread;
    for (int i = 0; i < 3; i++) CHECK(pthread_create(&thread, NULL, wait, NULL) == 0, "no thread");
    await(3);
    CHECK(pthread_create(&thread, NULL, end, NULL) == 0, "no thread");
    if (HOW == 1)
        sleep(20);
    else
        pause();
    fputs("==main went on\n", stderr);
    return 1;
}
