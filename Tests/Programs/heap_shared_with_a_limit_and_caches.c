// Proves that a limit of a shared heap is one for all threads together, though each keeps some of it for itself: never is more
// in use, a full heap gives null to all, and serves again as soon as blocks are freed.
// expect: exit 0
// stderr-none
// timeout: 60
// production-only: there the limit counts the bytes that were asked for
// link: {LIBRARY}
#include "heap.h"

enum { THREADS = 8, MOST = 70000 };
static swiftmalloc_heap *own;
static pthread_barrier_t step;
static size_t limit;
static unsigned char **blocks[THREADS];
static int counts[THREADS];

static void *work(void *argument) {
    int number = (int)(uintptr_t)argument;
    for (int round = 0; round < 3; round++) {
        int count = 0;
        pthread_barrier_wait(&step);
        while (count < MOST) {
            unsigned char *block = swiftmalloc_heap_malloc(own, 500 + (size_t)(count % 3) * 500);
            if (!block) break;
            fill(block, 500, number);
            blocks[number][count++] = block;
        }
        CHECK(count < MOST && errno == ENOMEM, "%d blocks", count);
        counts[number] = count;
        pthread_barrier_wait(&step);
        pthread_barrier_wait(&step);
        // Another thread's.
        int other = round == 1 ? (number + 1) % THREADS : number;
        for (int i = 0; i < counts[other]; i++) {
            CHECK(filled(blocks[other][i], 500, other), "block %d", i);
            free(blocks[other][i]);
        }
        pthread_barrier_wait(&step);
    }
    return NULL;
}

int main(void) {
    pthread_t threads[THREADS];
    pthread_barrier_init(&step, NULL, THREADS + 1);
    for (int i = 0; i < THREADS; i++) blocks[i] = malloc(MOST * sizeof *blocks[i]);
    for (limit = 16 * MIB; limit <= 64 * MIB; limit *= 4) {
        own = heap(0, "limited", limit);
        for (uintptr_t i = 0; i < THREADS; i++) CHECK(pthread_create(&threads[i], NULL, work, (void *)i) == 0, "no thread");
        for (int round = 0; round < 3; round++) {
            pthread_barrier_wait(&step);
            pthread_barrier_wait(&step);
            struct swiftmalloc_statistics_lines lines;
            CHECK(swiftmalloc_heap_statistics(own, &lines) == 1, "no statistics");
            CHECK(lines.requested <= (intptr_t)limit && lines.requested > (intptr_t)(limit / 4 * 3), "%zd of %zu bytes", lines.requested, limit);
            pthread_barrier_wait(&step);
            pthread_barrier_wait(&step);
        }
        for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
        swiftmalloc_heap_destroy(own);
    }
    return 0;
}
