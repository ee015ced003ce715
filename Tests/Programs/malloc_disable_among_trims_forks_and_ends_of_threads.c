// Proves that malloc_disable comes and goes while other threads trim, fork, begin and end, read streams and use heaps of the program's own, and
// that nothing changes between it and malloc_enable.
// expect: exit 0
// link: {LIBRARY} -pthread
// also: DEBUG=1 LEAKS=1 LIVE=1
// timeout: 60
#include "heap.h"
#include <malloc.h>
#include <sys/wait.h>
#include <unistd.h>
enum { JOBS = 6, ROUNDS = 15 };
static volatile int ends;
static volatile long rounds[JOBS];
static swiftmalloc_heap *shared, *limited;

static void *allocate(void *unused) {
    (void)unused;
    void *blocks[100];
    for (int i = 0; i < 100; i++) blocks[i] = malloc(16 + i * 40);
    for (int i = 0; i < 100; i++) free(blocks[i]);
    return NULL;
}
static void use(swiftmalloc_heap *heap) {
    void *blocks[50];
    for (int i = 0; i < 50; i++) blocks[i] = swiftmalloc_heap_malloc(heap, 20 + i);
    for (int i = 0; i < 50; i++) free(blocks[i]);
}
static void work_once(int kind) {
    pthread_t thread;
    pid_t child;
    switch (kind) {
    case 0: malloc_trim(0); break;
    case 1: pthread_create(&thread, NULL, allocate, NULL), pthread_join(thread, NULL); break;
    case 2:
        if ((child = fork()) == 0) allocate(NULL), _exit(0);
        CHECK(waitpid(child, NULL, 0) == child, "no child");
        break;
    case 3: use(shared); break;
    case 4: use(limited); break;
    default: free(hide(malloc(3 << 20))), fclose(fopen("/dev/null", "r")), fflush(NULL);
    }
}
static void *work(void *kind) {
    while (!ends) work_once((int)(intptr_t)kind), rounds[(intptr_t)kind]++;
    return NULL;
}
static void add(uintptr_t block, size_t size, void *sum) { *(size_t *)sum += block ^ size; }

int main(void) {
    shared = heap(0, "shared", 0), limited = heap(0, "limited", 15 << 20);
    pthread_t threads[JOBS];
    for (int i = 0; i < JOBS; i++) pthread_create(&threads[i], NULL, work, (void *)(intptr_t)i);
    for (int round = 0; round < ROUNDS; round++) {
        size_t before = 0, after = 0;
        malloc_disable();
        malloc_iterate(0, SIZE_MAX, add, &before);
        usleep(2000);
        malloc_iterate(0, SIZE_MAX, add, &after);
        malloc_enable();
        CHECK(before == after, "round %d: blocks changed", round);
        const long forks = rounds[2];
        for (int tries = 0; rounds[2] == forks; tries++) {
            CHECK(tries < 20000, "round %d: no other fork", round);
            usleep(1000);
        }
    }
    ends = 1;
    for (int i = 0; i < JOBS; i++) {
        pthread_join(threads[i], NULL);
        CHECK(rounds[i] > 0, "kind %d did nothing", i);
    }
    return 0;
}
