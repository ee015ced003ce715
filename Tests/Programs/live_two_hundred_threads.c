// Proves that each of 200 threads at once has a row with its id, its name and its calls, that threads that come later get one,
// that threads that end leave their totals in row 0, and that more lives of threads than there are rows use rows again.
// env: SWIFTMALLOC_LIVE=1
// env: SWIFTMALLOC_LIVE=1 SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_LIVE=1 SWIFTMALLOC_LEAKS=1
// timeout: 60
// also: DEBUG=1
#include <pthread.h>
#include "live_file.h"
enum { threads = 200, lives = 4500 };
static pthread_barrier_t bar;
static const Header *header;

static void *thread(void *argument) {
    char name[16];
    intptr_t self = (intptr_t)argument;
    sprintf(name, "worker %d", (int)self);
    // Half of them have a name when they begin, the others change it while they allocate.
    if (self % 2) pthread_setname_np(pthread_self(), name);
    for (int i = 0; i <= self; i++) free(malloc(300));
    if (self % 2 == 0) pthread_setname_np(pthread_self(), name);
    pthread_barrier_wait(&bar), pthread_barrier_wait(&bar);
    return NULL;
}

static void *brief(void *unused) { return realloc(malloc(300), 310), unused; }

int main(void) {
    pthread_t ids[threads];
    CHECK((header = countersOf(getpid())), "no file");
    pthread_barrier_init(&bar, NULL, threads + 1);
    free(malloc(300));
    size_t class = classOf(header, 300);
    for (int round = 1; round <= 2; round++) {
        for (intptr_t i = 0; i < threads; i++) CHECK(!pthread_create(&ids[i], NULL, thread, (void *)i), "no thread");
        pthread_barrier_wait(&bar);
        CHECK(header->threads_running == threads + 1 && header->thread_row_end == threads + 1, "rows");
        char seen[threads] = {0};
        for (size_t i = 1; i <= header->thread_row_end; i++) {
            const Row *row = rowAt(header, i);
            uint64_t calls = classesOf(row)[class].allocation_count;
            int number = (int)calls - 1;
            CHECK(row->is_used && row->thread_id != 0 && row->started_boot_ns >= header->started_boot_ns, "row %zu", i);
            if (row->thread_id == getpid()) continue;
            CHECK(number >= 0 && number < threads && !seen[number]++, "row %zu has %ld calls", i, (long)calls);
            CHECK(classesOf(row)[class].free_count == calls && classesOf(row)[class].returned_bytes == calls * 300, "row %zu", i);
            char name[16];
            sprintf(name, "worker %d", number);
            CHECK(number % 2 == 0 || strcmp(row->name, name) == 0, "row %zu is called %s", i, row->name);
        }
        pthread_barrier_wait(&bar);
        for (int i = 0; i < threads; i++) pthread_join(ids[i], NULL);
        CHECK(header->threads_running == 1 && header->fold_count % 2 == 0, "%ld run", (long)header->threads_running);
        CHECK(classesOf(rowAt(header, 0))[class].allocation_count == (uint64_t)(threads * (threads + 1) / 2 * round), "totals");
    }
    uint64_t began = header->threads_started;
    Counts before = classesOf(rowAt(header, 0))[class];
    for (int i = 0; i < lives; i++) CHECK(!pthread_create(ids, NULL, brief, NULL) && !pthread_join(*ids, NULL), "no thread");
    Counts after = classesOf(rowAt(header, 0))[class];
    CHECK(header->threads_started == began + lives && header->threads_unpublished == 0, "lives");
    CHECK(header->thread_row_end == threads + 1, "rows were not used again");
    CHECK(after.requested_bytes - after.returned_bytes - before.requested_bytes + before.returned_bytes == 310 * lives, "bytes");
    return 0;
}
