// Proves that a child of fork goes on with the profile that it inherits, whoever was sampled just then, and that the parent's file
// is left to the parent.
// env: SWIFTMALLOC_PROFILE={TMP}/p SWIFTMALLOC_PROFILE_INTERVAL=64
// expect: exit 0
// stderr-none
// production-only: the debug heap is not sampled
// link: -pthread
#include "profile.h"

#include <pthread.h>
#include <sys/wait.h>

PLACE(before) static void *allocateBefore(size_t size) { return hide(malloc(size)); }
PLACE(inside) static void *allocateInside(size_t size) { return hide(malloc(size)); }
PLACE_BOUNDS(before);
PLACE_BOUNDS(inside);
static volatile int isOver;

static void *keepBusy(void *argument) {
    (void)argument;
    while (!isOver) free(hide(malloc(100)));
    return NULL;
}

static void inChild(void **held, int count) {
    for (int index = 0; index < 1000; index++) CHECK(allocateInside(1000), "no block");
    profileNow();
    double sums[PROFILE_VALUES];
    PLACE_SUMS(inside, sums);
    CHECK(isAbout(sums[LIVE_BYTES], 1000000, 0.05), "%.0f bytes of the child's", sums[LIVE_BYTES]);
    PLACE_SUMS(before, sums);
    CHECK(isAbout(sums[LIVE_BYTES], count * 1000, 0.05), "%.0f bytes of before", sums[LIVE_BYTES]);
    for (int index = 0; index < count; index++) free(held[index]);
    profileNow();
    PLACE_SUMS(before, sums);
    CHECK(sums[LIVE_BLOCKS] == 0, "%.0f blocks of before are in use", sums[LIVE_BLOCKS]);
}

int main(void) {
    enum { COUNT = 1000 };
    static void *held[COUNT];
    for (int index = 0; index < COUNT; index++) held[index] = allocateBefore(1000);
    pthread_t thread;
    CHECK(!pthread_create(&thread, NULL, keepBusy, NULL), "thread");
    for (int round = 0; round < 20; round++) {
        pid_t child = fork();
        if (child == 0) {
            inChild(held, COUNT);
            exit(0);
        }
        int status = -1;
        CHECK(child > 0 && waitpid(child, &status, 0) == child && status == 0, "round %d: status %x", round, status);
        CHECK(access(getenv("SWIFTMALLOC_PROFILE"), F_OK), "a child wrote its parent's file");
    }
    isOver = 1;
    pthread_join(thread, NULL);
    return 0;
}
