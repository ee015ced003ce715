// Proves that forks in a loop, while threads allocate, come and go, neither hang nor leave a file behind, and that each child's
// numbers are whole.
// env: SWIFTMALLOC_LIVE=1
// env: SWIFTMALLOC_LIVE=1 SWIFTMALLOC_DEBUG=1
// stderr-none
// timeout: 60
// also: DEBUG=1
#include <pthread.h>
#include <sys/wait.h>
#include "live_file.h"
enum { forks = 300 };
static volatile int isOver;

static void *churn(void *unused) {
    while (!isOver) free(malloc(5000)), free(malloc(200000)), free(malloc(isDebug() ? 7 : 5000000));
    return unused;
}

static void *brief(void *unused) { return free(malloc(100)), unused; }

static void *spawn(void *unused) {
    pthread_t id;
    while (!isOver)
        if (pthread_create(&id, NULL, brief, NULL) == 0) pthread_join(id, NULL);
    return unused;
}

static int inChild(int turn) {
    const Header *header = countersOf(getpid());
    CHECK(header && header->process_id == getpid() && header->threads_running == 1, "the child's file");
    CHECK(header->fold_count % 2 == 0 && header->large_count <= 2 && header->large_unlisted == 0, "large blocks: %ld", (long)header->large_count);
    for (size_t i = 1; i <= header->thread_row_end; i++)
        CHECK(rowAt(header, i)->is_used == (rowAt(header, i)->thread_id == getpid()), "row %zu", i);
    Counts before = sumOfAll(header);
    for (int i = 0; i < 100; i++) free(malloc((size_t)turn * 100));
    Counts after = sumOfAll(header);
    return after.allocation_count - before.allocation_count == 100 && after.free_count - before.free_count == 100 ? 0 : 1;
}

int main(void) {
    pthread_t ids[3];
    CHECK(countersOf(getpid()), "no file");
    free(malloc(1));
    for (int i = 0; i < 3; i++) CHECK(!pthread_create(&ids[i], NULL, i < 2 ? churn : spawn, NULL), "no thread");
    for (int i = 0; i < (isDebug() ? forks / 4 : forks); i++) {
        int status = -1;
        pid_t child = fork();
        if (child == 0) status = inChild(i), i % 2 ? _exit(status) : exit(status);
        CHECK(child > 0 && waitpid(child, &status, 0) == child && status == 0, "child %d ended with %x", i, status);
        CHECK(access(pathOf(child), F_OK) != 0, "child %d left its file", i);
    }
    isOver = 1;
    for (int i = 0; i < 3; i++) pthread_join(ids[i], NULL);
    return 0;
}
