// Proves that a child goes on with a shared heap of which many threads had caches, also after they were in the middle of calls: it
// frees their blocks, allocates, starts threads, empties, deletes and destroys it. So do children of children.
// expect: exit 0
// stderr-none
// also: DEBUG=1
// timeout: 60
// link: {LIBRARY}
#include <sys/wait.h>
#include "heap.h"

enum { THREADS = 4, BLOCKS = 400, FORKS = 60 };
static swiftmalloc_heap *own, *other;
static unsigned char *_Atomic blocks[BLOCKS];
static volatile int isOver;

static void *churn(void *argument) {
    unsigned seed = (unsigned)(uintptr_t)argument;
    while (!isOver) {
        size_t size = 16 + (size_t)rand_r(&seed) % 600;
        unsigned char *block = full(swiftmalloc_heap_malloc(rand_r(&seed) % 4 ? own : other, size), 16, (int)(size % 251));
        block = __atomic_exchange_n(&blocks[rand_r(&seed) % BLOCKS], block, __ATOMIC_SEQ_CST);
        free(block);
    }
    return NULL;
}

static void *brief(void *argument) {
    for (int i = 0; i < 5000; i++) free(swiftmalloc_heap_malloc(i % 2 ? own : other, (size_t)i % 500));
    return argument;
}

static void inChild(int round) {
    alarm(20);
    for (int i = 0; i < BLOCKS; i++) free(blocks[i]);
    inThread(brief, NULL), inThread(brief, NULL);
    brief(NULL);
    if (round % 3 == 0) {
        pid_t grandchild = fork();
        if (grandchild == 0) inThread(brief, NULL), _exit(0);
        int status;
        waitpid(grandchild, &status, 0);
        if (status) _exit(3);
    }
    if (round % 2) swiftmalloc_heap_free_all(own), brief(NULL);
    if (round % 4 == 1) swiftmalloc_heap_delete(own), free(swiftmalloc_heap_malloc(other, 10));
    else swiftmalloc_heap_destroy(own);
    swiftmalloc_heap_destroy(other);
    for (int i = 0; i < 1000; i++) free(malloc(100));
    _exit(0);
}

int main(void) {
    pthread_t threads[THREADS];
    own = heap(0, "own", 0), other = heap(0, "other", 0);
    for (int i = 0; i < BLOCKS; i++) blocks[i] = full(swiftmalloc_heap_malloc(own, 30), 16, 1);
    for (uintptr_t i = 0; i < THREADS; i++) CHECK(pthread_create(&threads[i], NULL, churn, (void *)(i + 1)) == 0, "no thread");
    for (int round = 0; round < FORKS; round++) {
        pid_t child = fork();
        if (child == 0) inChild(round);
        int status;
        waitpid(child, &status, 0);
        CHECK(status == 0, "child %d: %x", round, status);
    }
    isOver = 1;
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    swiftmalloc_heap_destroy(own);
    return 0;
}
