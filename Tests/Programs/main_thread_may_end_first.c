// Proves that a process whose first thread ends by pthread_exit ends when the program's last thread does, with status 0 and with
// its handlers, which run on that thread: the library's own thread does not keep it.
// arguments: SLEEP=0 SLEEP=1
// env: SWIFTMALLOC_BACKGROUND=1
// env: SWIFTMALLOC_PURGE_DELAY=100
// env: SWIFTMALLOC_STATS=1
// env: SWIFTMALLOC_DEBUG=1
// expect: exit 0
#include "check.h"
#include <pthread.h>
ARGUMENT(int, SLEEP)

static pthread_t last;

static void atEnd(void) {
    if (!pthread_equal(pthread_self(), last)) _exit(3);
    // A small stack has no room for it.
    char space[200000];
    memset(space, 1, sizeof space);
    if (((char *)hide(space))[1] != 1) _exit(4);
}

static void *work(void *unused) {
    for (int round = 0; round < 1 + SLEEP * 3; round++) {
        for (size_t size = 16; size < 40000; size += 100) free(hide(malloc(size)));
        usleep(SLEEP ? 700000 : 50000);
    }
    // The first is a zombie then.
    for (int i = 0; i < 5000 && threadCount() != 2; i++) usleep(1000);
    CHECK(threadCount() == 2, "%d threads", threadCount());
    return unused;
}

int main(void) {
    atexit(atEnd);
    CHECK(!pthread_create(&last, NULL, work, NULL), "no thread");
    for (size_t size = 16; size < 40000; size += 100) free(hide(malloc(size)));
    if (SLEEP) usleep(1300000);
    pthread_exit(NULL);
}
