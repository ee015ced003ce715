// Proves that what destructors of thread keys allocate and free in every round, also after the thread's row was given back, is
// counted, and that no row stays behind.
// env: SWIFTMALLOC_LIVE=1
// env: SWIFTMALLOC_LIVE=1 SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_LIVE=1 SWIFTMALLOC_LEAKS=1
// also: DEBUG=1
#include <pthread.h>
#include "live_file.h"
enum { threads = 50 };
static pthread_key_t key;
static int rounds;

static void destroy(void *block) {
    free(block);
    rounds++;
    pthread_setspecific(key, malloc(500));
}

static void *thread(void *block) {
    // In place, of a block that others allocated: no call but bytes.
    CHECK(realloc(block, 400) == block || isDebug(), "moved");
    pthread_setspecific(key, malloc(500));
    return NULL;
}

int main(void) {
    const Header *header = countersOf(getpid());
    pthread_t id;
    void *block = malloc(390);
    size_t class = classOf(header, 500);
    CHECK(pthread_key_create(&key, destroy) == 0, "no key");
    for (int i = 0; i < threads; i++) {
        pthread_create(&id, NULL, thread, block), pthread_join(id, NULL);
        if (isDebug()) block = malloc(390);
        else CHECK(realloc(block, 390) == block, "moved");
    }
    Counts sum = {0};
    for (size_t i = 0; i <= header->thread_row_end; i++) {
        if (rowAt(header, i)->is_used) addCounts(&sum, &classesOf(rowAt(header, i))[class]);
        CHECK(rowAt(header, i)->is_used == (i < 2), "row %zu stays", i);
        Counts all = sumOfRow(rowAt(header, i));
        CHECK(i < 2 || (all.requested_bytes == 0 && all.returned_bytes == 0), "row %zu has %ld bytes", i, (long)all.requested_bytes);
    }
    CHECK(header->threads_running == 1 && header->threads_started == threads + 1, "%ld run", (long)header->threads_running);
    CHECK(sum.allocation_count == (uint64_t)(rounds + threads) && sum.free_count == (uint64_t)rounds, "%ld calls in %d rounds",
          (long)sum.allocation_count, rounds);
    return 0;
}
