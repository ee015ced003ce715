// Proves that threads and large blocks for which the file has no room (a file system with a few pages left) are counted all
// the same, each thread once, in row 0, and are told of as unpublished and unlisted; nothing is a signal.
// env: SWIFTMALLOC_LIVE=1
// env: SWIFTMALLOC_LIVE=1 SWIFTMALLOC_DEBUG=1
// stderr-none
// also: DEBUG=1
#include <pthread.h>
#include <sched.h>
#include <sys/mount.h>
#include "live_file.h"
enum { threads = 20, large = 5, rounds = 3 };
static pthread_barrier_t bar;
static const Header *header;

static void *thread(void *unused) {
    for (int i = 0; i < 100; i++) {
        free(malloc(1000)), free(malloc(100000));
        free(realloc(malloc(10), 200));
    }
    pthread_barrier_wait(&bar), pthread_barrier_wait(&bar);
    return unused;
}

int main(int count, char **arguments) {
    char path[4096] = {0};
    if (count == 1) {
        if (unshare(CLONE_NEWNS) != 0) SKIP("no right to make a mount namespace");
        mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
        CHECK(readlink("/proc/self/exe", path, sizeof path - 1) > 0, "readlink");
        unlink(pathOf(getpid()));
        // The file's beginning and rows of two or three threads.
        if (mount("none", "/dev/shm", "tmpfs", 0, "size=40k") != 0) SKIP("no right to mount");
        execl(path, arguments[0], "inside", (char *)NULL);
        CHECK(0, "no exec");
    }
    CHECK((header = countersOf(getpid())), "no file");
    pthread_barrier_init(&bar, NULL, threads + 1);
    free(malloc(1));
    for (int round = 1; round <= rounds; round++) {
        pthread_t ids[threads];
        void *blocks[large];
        for (int i = 0; i < threads; i++) CHECK(!pthread_create(&ids[i], NULL, thread, NULL), "no thread");
        pthread_barrier_wait(&bar);
        CHECK(header->threads_running == threads + 1, "%lu threads run", (unsigned long)header->threads_running);
        CHECK(header->threads_started == (uint64_t)threads * round + 1, "%lu threads began", (unsigned long)header->threads_started);
        uint64_t shown = header->thread_row_end, hidden = header->threads_unpublished;
        CHECK(shown >= 1 && shown <= 4 && hidden == (threads + 1 - shown) * round, "%lu rows, %lu hidden", (long)shown, (long)hidden);
        pthread_barrier_wait(&bar);
        for (int i = 0; i < threads; i++) pthread_join(ids[i], NULL);
        for (int i = 0; i < large; i++) blocks[i] = malloc(6 * MIB);
        if (!isDebug()) CHECK(header->large_count == large && header->large_unlisted == large, "large blocks");
        for (int i = 0; i < large; i++) free(blocks[i]);
        CHECK(header->large_count == 0 && header->large_unlisted == 0, "large blocks stay");
        CHECK(header->threads_running == 1, "%lu threads still run", (unsigned long)header->threads_running);
        Counts sum = {0};
        for (size_t row = 0; row <= shown; row++) addCounts(&sum, &classesOf(rowAt(header, row))[classOf(header, 1000)]);
        uint64_t calls = (uint64_t)threads * 100 * round;
        CHECK(sum.allocation_count >= calls && sum.allocation_count < calls + 10, "%lu calls", (unsigned long)sum.allocation_count);
        CHECK(sum.allocation_count == sum.free_count && sum.requested_bytes == sum.returned_bytes, "not all is freed");
    }
    return 0;
}
