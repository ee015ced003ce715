// Proves that another process that reads the counters while threads exchange blocks, end and begin sees no number that was not:
// totals only grow, no more is freed than was allocated, and what is live is what lives, to the blocks that are on their way.
// env: SWIFTMALLOC_LIVE=1
// timeout: 40
// also: DEBUG=1
#include <pthread.h>
#include <sys/wait.h>
#include "live_file.h"
enum { slots = 2000, workers = 4, lives = 60 };
static void *volatile shared[slots];
static volatile int isOver;

static void *work(void *argument) {
    uint64_t random = (uintptr_t)argument;
    for (int i = 0; i < 30000; i++) {
        void **slot = (void **)&shared[nextRandom(&random) % slots];
        free(__atomic_exchange_n(slot, malloc(100 + nextRandom(&random) % 900), __ATOMIC_ACQ_REL));
    }
    return NULL;
}

// A sum that no thread's end came between.
static Counts sum(const Header *header) {
    while (1) {
        uint64_t folds = __atomic_load_n(&header->fold_count, __ATOMIC_ACQUIRE);
        Counts all = sumOfAll(header);
        __atomic_thread_fence(__ATOMIC_ACQUIRE);
        if (folds % 2 == 0 && folds == __atomic_load_n(&header->fold_count, __ATOMIC_RELAXED)) return all;
    }
}

static int reads(pid_t writer, int stop) {
    const Header *header = countersOf(writer);
    Counts last = {0};
    char text;
    long looks = 0;
    CHECK(header && fcntl(stop, F_SETFL, O_NONBLOCK) == 0, "no file");
    for (; read(stop, &text, 1) < 0; looks++) {
        Counts now = sum(header);
        CHECK(now.allocation_count >= last.allocation_count && now.requested_bytes >= last.requested_bytes, "%ld: fewer", looks);
        CHECK(now.free_count >= last.free_count && now.returned_bytes >= last.returned_bytes, "%ld: fewer frees", looks);
        // Rows are read one after the other, so a few thousand calls may come in between.
        int64_t live = (int64_t)(now.allocation_count - now.free_count);
        CHECK(live > -20000 && live < 20000, "%ld blocks live", (long)live);
        last = now;
    }
    dprintf(1, "%ld looks at %lu calls\n", looks, (unsigned long)last.allocation_count);
    return looks > 10 ? 0 : 1;
}

int main(void) {
    pthread_t ids[workers];
    int pipes[2], status = -1;
    pid_t self = getpid();
    CHECK(pipe(pipes) == 0, "no pipe");
    pid_t reader = fork();
    if (reader == 0) close(pipes[1]), _exit(reads(self, pipes[0]));
    const Header *header = countersOf(self);
    free(malloc(1));
    Counts before = sum(header);
    for (int life = 0; life < (isDebug() ? lives / 20 : lives); life++) {
        for (uintptr_t i = 0; i < workers; i++) CHECK(!pthread_create(&ids[i], NULL, work, (void *)(life * 4 + i + 1)), "no thread");
        for (int i = 0; i < workers; i++) pthread_join(ids[i], NULL);
    }
    for (int i = 0; i < slots; i++) free(shared[i]);
    close(pipes[1]);
    CHECK(waitpid(reader, &status, 0) == reader && status == 0, "the reader ended with %x", status);
    Counts after = sum(header);
    uint64_t calls = (uint64_t)(isDebug() ? lives / 20 : lives) * workers * 30000;
    // And what the C library needs for threads, which it may keep.
    CHECK(after.allocation_count - before.allocation_count - calls < 1000, "allocations");
    CHECK(after.allocation_count - after.free_count - before.allocation_count + before.free_count < 20, "live blocks");
    return 0;
}
