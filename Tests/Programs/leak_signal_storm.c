// Proves that a storm of checks by signal, in the midst of every call that allocates, ends in order and finds nothing that is not lost.
// stderr-none
// timeout: 60
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_SIGNAL=USR1 SWIFTMALLOC_LEAK_EXIT_CODE=23 SWIFTMALLOC_LEAK_SUMMARY=0
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_SIGNAL=USR1 SWIFTMALLOC_LEAK_EXIT_CODE=23 SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_LEAK_SUMMARY=0
// not-compared: a storm of signals that nobody handles
#include "leak.h"
#include "workout.h"
static volatile int ends;

static void *storm(void *thread) {
    for (; !ends; usleep(2000)) pthread_kill(*(pthread_t *)thread, SIGUSR1);
    return NULL;
}

int main(void) {
    pthread_t self = pthread_self(), thread;
    CHECK(pthread_create(&thread, NULL, storm, &self) == 0, "no thread");
    double began = seconds();
    for (unsigned long seed = 1; seconds() - began < 3; seed++) workout(seed, 3000);
    ends = 1;
    pthread_join(thread, NULL);
    return 0;
}
