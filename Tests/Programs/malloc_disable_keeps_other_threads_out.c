// Proves that between malloc_disable and malloc_enable no other thread gets past malloc and free, while it uses fast paths alone, too; that
// nothing changes meanwhile; that calls are nested; that all goes on afterwards, also in a child that is forked in between or later, and
// that the thread itself may allocate.
// expect: exit 0
// link: {LIBRARY} -pthread
// also: DEBUG=1 LEAKS=1 LIVE=1
// timeout: 60
#include "check.h"
#include "../../CShims/include/swiftmalloc.h"
#include <malloc.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>
enum { THREADS = 4, SLOTS = 500 };
static volatile long calls[THREADS];
static volatile int ends;
static void *volatile handed[THREADS];

static void *work(void *argument) {
    const int self = (int)(intptr_t)argument;
    void *slots[SLOTS] = {0};
    for (unsigned i = 0; !ends; i++) {
        void **slot = &slots[(i * 2654435761u) % SLOTS];
        if (self % 2) {  // Small ones only, freed at once: the first fast paths.
            hide(*slot), free(hide(malloc(24)));
        } else {
            void *old = __atomic_exchange_n(&handed[self], *slot, __ATOMIC_ACQ_REL);
            free(old);
            *slot = malloc(i % 64 ? 16 + i % 900 : 50000);
            free(__atomic_exchange_n(&handed[(self + 2) % THREADS], NULL, __ATOMIC_ACQ_REL));
        }
        calls[self]++;
    }
    return NULL;
}
static void count(uintptr_t block, size_t size, void *argument) { (void)block, (void)size, ++*(long *)argument; }
static long live(void) {
    long blocks = 0;
    malloc_iterate(0, SIZE_MAX, count, &blocks);
    return blocks;
}
static long sum(void) {
    long all = 0;
    for (int i = 0; i < THREADS; i++) all += calls[i];
    return all;
}
static void wait_for_calls(void) {
    long before[THREADS];
    for (int i = 0; i < THREADS; i++) before[i] = calls[i];
    for (int i = 0; i < THREADS; i++)
        for (int tries = 0; calls[i] < before[i] + 100; tries++) {
            CHECK(tries < 20000, "thread %d goes on no more", i);
            usleep(1000);
        }
}
static void in_child(int is_held) {
    const pid_t child = fork();
    if (child == 0) {
        if (is_held) malloc_enable();
        for (int i = 0; i < 10000; i++) free(hide(malloc(i)));
        live();
        _exit(live() > 0 ? 0 : 1);
    }
    int status;
    CHECK(waitpid(child, &status, 0) == child && status == 0, "the child ends with %#x", status);
}

int main(void) {
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, work, (void *)(intptr_t)i);
    for (int round = 0; round < 20; round++) {
        wait_for_calls();
        malloc_disable();
        malloc_disable();
        const long before = live(), calls_before = sum();
        usleep(5000);
        const long after = live();
        CHECK(before == after, "%ld blocks live, then %ld", before, after);
        // What each was about to count when it was held.
        CHECK(sum() - calls_before <= THREADS, "%ld calls were made", sum() - calls_before);
        malloc_enable();
        CHECK(live() == before, "the inner malloc_enable let threads go on");
        free(hide(malloc(100)));
        if (round % 10 == 0) in_child(1);
        malloc_enable();
        if (round % 10 == 5) in_child(0);
    }
    malloc_enable();  // One too many is nothing.
    wait_for_calls();
    ends = 1;
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    return 0;
}
