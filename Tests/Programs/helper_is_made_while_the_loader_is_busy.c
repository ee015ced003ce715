// Proves that a thread whose first malloc comes from inside of the loader, under its lock, does not wait for another one that
// makes the helper thread: that one needs the loader's lock, and would wait for the first for ever.
// production-only: the debug heap has no helper
#include "check.h"
#include <link.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/syscall.h>

static pthread_barrier_t bar;
static atomic_int hasReturned;

// 200 milliseconds are enough for the other thread to begin to make the helper.
static int allocates(struct dl_phdr_info *module, size_t size, void *argument) {
    pthread_barrier_wait(&bar);
    usleep(200000);
    for (size_t i = 0; i < 100; i++) hide(malloc(100 * i));
    hasReturned = 1;
    return module != NULL && size > 0 && argument == NULL;
}

static void *inLoader(void *argument) {
    dl_iterate_phdr(allocates, argument);
    return argument;
}

static void *makes(void *argument) {
    pthread_barrier_wait(&bar);
    free(hide(malloc(100)));
    return argument;
}

int main(void) {
    pthread_t first, second;
    free(hide(malloc(100)));
    pthread_barrier_init(&bar, NULL, 2);
    CHECK(!pthread_create(&first, NULL, inLoader, NULL) && !pthread_create(&second, NULL, makes, NULL), "no thread");
    for (int i = 0; !hasReturned && i < 5000; i++) usleep(1000);
    // Not by exit(3): its handlers need the loader, too.
    if (!hasReturned) write(2, "the thread in the loader waits\n", 31), syscall(SYS_exit_group, 1);
    pthread_join(second, NULL), pthread_join(first, NULL);
    return 0;
}
