// Proves that the library's own thread has a stack on which a signal of the C library's has room, however much of it thread-local
// variables take: setuid asks each thread by one.
// variants: BYTES=1000 BYTES=50000 BYTES=57600 BYTES=58500 BYTES=59000 BYTES=65000 BYTES=254500 BYTES=255700 BYTES=2000000
// env: SWIFTMALLOC_BACKGROUND=1
// expect: exit 0
#include <pthread.h>
#include "check.h"
static __thread char data[BYTES];
static pthread_barrier_t barrier;

static void *work(void *unused) {
    ((char *)hide(data))[1] = 1;
    for (size_t size = 16; size < 30000; size += 100) free(hide(malloc(size)));
    pthread_barrier_wait(&barrier);
    pthread_barrier_wait(&barrier);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, BYTES + MIB);
    pthread_barrier_init(&barrier, NULL, 2);
    CHECK(!pthread_create(&thread, &attributes, work, NULL), "no thread");
    pthread_barrier_wait(&barrier);
    for (int i = 0; i < 20; i++) CHECK(!setresuid(getuid(), getuid(), getuid()), "%m");
    pthread_barrier_wait(&barrier);
    pthread_join(thread, NULL);
    return 0;
}
