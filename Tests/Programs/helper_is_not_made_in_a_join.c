// Proves that a thread whose first call is the free inside of pthread_join, in which the C library holds the lock of its stacks, does
// not wait for that lock itself, as the library's own thread would be made there.
// env: SWIFTMALLOC_BACKGROUND=1
// env: SWIFTMALLOC_BACKGROUND=1 SWIFTMALLOC_LIVE=1
// expect: exit 0
// timeout: 10
#include <pthread.h>
#include "check.h"
static pthread_t workers[4];

static void *waits(void *unused) {
    usleep(100000);
    return unused;
}

// More than 40 MiB of cached stacks go back, and what belongs to them is freed.
static void *joins(void *unused) {
    for (int i = 0; i < 4; i++) pthread_join(workers[i], NULL);
    return unused;
}

int main(void) {
    pthread_t joiner;
    pthread_attr_t attributes;
    void *block = hide(malloc(100));
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 64 * MIB);
    for (int i = 0; i < 4; i++) CHECK(!pthread_create(&workers[i], &attributes, waits, NULL), "no thread");
    CHECK(!pthread_create(&joiner, NULL, joins, NULL), "no thread");
    pthread_join(joiner, NULL);
    free(block);
    return 0;
}
