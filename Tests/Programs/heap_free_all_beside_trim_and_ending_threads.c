// Proves that free_all of a shared heap goes together with threads that the program has in the heap no more: one that calls
// malloc_trim, and those that used the heap before and end, or give their place to other heaps.
// expect: exit 0
// stderr-none
// link: {LIBRARY}
// arguments: HOW=0 HOW=1 HOW=2
// env: SWIFTMALLOC_PURGE_DELAY=0
// env: SWIFTMALLOC_PURGE_DELAY=500
#include <stdatomic.h>
#include "heap.h"

ARGUMENT(int, HOW)
enum { users = 3, others = 33 };

static swiftmalloc_heap *shared, *other[others];
static atomic_int done, stop;

static void *trims(void *unused) {
    while (!stop) malloc_trim(0);
    return unused;
}

static void *uses(void *number) {
    uint64_t state = (uintptr_t)number;
    void *blocks[300];
    for (int i = 0; i < 300; i++) {
        blocks[i] = swiftmalloc_heap_malloc(shared, 1 + nextRandom(&state) % 2000);
        fill(blocks[i], 1, 1);
    }
    for (int i = 0; i < 300; i += 2) free(blocks[i]);
    done++;
    // From here on it uses the heap no more.
    if (HOW != 2) return NULL;
    for (int k = 0; k < others; k++)
        for (int i = 0; i < 70; i++) swiftmalloc_heap_free(other[k], swiftmalloc_heap_malloc(other[k], 40));
    return NULL;
}

int main(void) {
    shared = heap(0, "shared", 0);
    for (int k = 0; k < others; k++) other[k] = heap(0, "other", 0);
    pthread_t trimmer, user[users];
    if (HOW == 0) pthread_create(&trimmer, NULL, trims, NULL);
    uint64_t state = 5;
    static unsigned char *blocks[2000];
    for (double begin = seconds(); seconds() < begin + 3;) {
        done = 0;
        for (int i = 0; i < users; i++) pthread_create(&user[i], NULL, uses, (void *)(uintptr_t)(i + 1));
        while (done < users) sched_yield();
        if (HOW == 0)
            for (int i = 0; i < users; i++) pthread_join(user[i], NULL);
        for (int i = 0; i < 2000; i++) {
            blocks[i] = swiftmalloc_heap_malloc(shared, 100 + nextRandom(&state) % (i % 50 ? 2000 : 100000));
            CHECK(blocks[i] != NULL, "no block");
            fill(blocks[i], 100, i);
        }
        for (int i = 0; i < 2000; i++) CHECK(filled(blocks[i], 100, i), "block %d", i);
        swiftmalloc_heap_free_all(shared);
        if (HOW != 0)
            for (int i = 0; i < users; i++) pthread_join(user[i], NULL);
    }
    stop = 1;
    if (HOW == 0) pthread_join(trimmer, NULL);
    return 0;
}
