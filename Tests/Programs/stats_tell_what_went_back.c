// Proves that statistics tell how much went back to the system and why, and whether the library's own thread runs: what was freed by
// a burst of one thread, by trim, and by a program with threads that does nothing (part of which may be old enough before).
// arguments: WAY=0 WAY=1 WAY=2
// env: SWIFTMALLOC_STATS=json SWIFTMALLOC_PURGE_DELAY=200 SWIFTMALLOC_LOG={TMP}/log
// report: "returned":{("age":[1-9]|.*"{REASON}":[1-9][0-9]+).*"helper":"{HELPER}"
#include "check.h"
#include <pthread.h>
ARGUMENT(int, WAY)

enum { BURST, TRIM, IDLE };
enum { COUNT = 100000, SIZE = 1000 };
static char *blocks[COUNT];

static void *work(void *unused) {
    int count = WAY == TRIM ? COUNT / 4 : COUNT;
    for (int i = 0; i < count; i++) memset(blocks[i] = malloc(SIZE), 1, SIZE);
    for (int i = 0; i < count; i++)
        if (WAY == IDLE || i % 20) free(blocks[i]);
    if (WAY == TRIM) malloc_trim(0);
    // It is there at the end, and so is the library's own thread.
    if (WAY == IDLE) pause();
    return unused;
}

int main(void) {
    static const char *const reasons[] = {"burst", "trim", "idle"};
    pthread_t thread;
    printf("reason=%s\nhelper=%s\n", reasons[WAY], WAY == IDLE ? "runs" : "none");
    fflush(stdout);
    if (WAY != IDLE)
        work(NULL);
    else if (pthread_create(&thread, NULL, work, NULL) || usleep(2000000))
        return 1;
    return 0;
}
