// Proves that a process with threads that frees and then does nothing is small two seconds later, whoever of its threads had the
// memory, and that its live blocks keep their contents.
// arguments: WAY=0 WAY=1 WAY=2
// production-only: the debug heap has a quarantine
#include "check.h"
#include <pthread.h>
ARGUMENT(int, WAY)

enum { SMALL, MEDIUM, LARGE };
enum { LIVE = 100 };
static const size_t sizes[] = {700, 300000, 30 * MIB};
static const int counts[] = {100000, 200, 3};
static char *kept[LIVE];
static size_t full;
static pthread_barrier_t done;

// Frees all in the end; then its last call was that.
static void *work(void *unused) {
    size_t size = sizes[WAY];
    int count = counts[WAY];
    char **blocks = malloc((size_t)count * sizeof *blocks);
    for (int i = 0; i < count; i++) memset(blocks[i] = malloc(size), 1, size);
    for (int i = 0; i < LIVE; i++) fill(kept[i] = malloc(100), 100, i);
    full = resident();
    for (int i = 0; i < count; i++) free(blocks[i]);
    free(blocks);
    pthread_barrier_wait(&done);
    pause();
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_barrier_init(&done, NULL, 2);
    size_t before = resident();
    CHECK(!pthread_create(&thread, NULL, work, NULL), "no thread");
    pthread_barrier_wait(&done);
    sleep(2);
    size_t left = resident() - before, most = full - before;
    CHECK(left < most * 15 / 100, "%zu of %zu bytes stay", left, most);
    for (int i = 0; i < LIVE; i++) CHECK(filled(kept[i], 100, i), "a live block changed");
    return 0;
}
