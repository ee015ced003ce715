// Proves that a process may fork while the library's own thread gives memory back: no child waits for ever, each finds its
// blocks whole and can allocate, has no such thread while it has one thread, and one when it has two.
// env: SWIFTMALLOC_PURGE_DELAY=50
// expect: exit 0
// timeout: 40
#include "check.h"
#include <pthread.h>
#include <sys/wait.h>

enum { BLOCKS = 3000, ROUNDS = 40 };
static volatile int stops;

static void *work(void *unused) {
    while (!stops) {
        static char *blocks[BLOCKS];
        for (int i = 0; i < BLOCKS; i++) memset(blocks[i] = malloc(8000), 1, 8000);
        for (int i = 0; i < BLOCKS; i++)
            if (i % 7) free(blocks[i]);
        usleep(60000);
        for (int i = 0; i < BLOCKS; i += 7) free(blocks[i]);
    }
    return unused;
}

static volatile int isOver;
static void *touch(void *waits) {
    for (size_t size = 16; size < 30000; size += 100) free(hide(malloc(size)));
    while (waits && !isOver) usleep(1000);
    return NULL;
}

static void child(char **kept, int round) {
    CHECK(threadCount() == 1, "%d threads in a child", threadCount());
    for (int i = 0; i < 100; i++) CHECK(filled(kept[i], 1000, i), "a block of the child changed");
    for (int i = 0; i < 1000; i++) memset(hide(malloc((size_t)(i * 50))), 1, (size_t)i * 50);
    if (round % 8 == 0) {
        pthread_t thread;
        CHECK(!pthread_create(&thread, NULL, touch, (void *)"waits"), "no thread");
        touch(NULL);
        // On a loaded machine the two come late.
        for (int i = 0; i < 1000 && threadCount() < 3; i++) usleep(10000);
        CHECK(threadCount() == 3, "%d threads in a child that has made one", threadCount());
        isOver = 1;
        pthread_join(thread, NULL);
        // A thread that was joined is on its way out of the kernel.
        for (int i = 0; i < 1000 && threadCount() > 1; i++) usleep(1000);
        CHECK(threadCount() == 1, "%d threads in a child that had two", threadCount());
    }
    _exit(0);
}

int main(void) {
    pthread_t thread;
    char *kept[100];
    for (int i = 0; i < 100; i++) fill(kept[i] = malloc(1000), 1000, i);
    CHECK(!pthread_create(&thread, NULL, work, NULL), "no thread");
    for (int round = 0; round < ROUNDS; round++) {
        usleep((useconds_t)(round * 1777 % 50000));
        pid_t process = fork();
        if (!process) child(kept, round);
        int status;
        CHECK(waitpid(process, &status, 0) == process && status == 0, "status %d in round %d", status, round);
    }
    stops = 1;
    pthread_join(thread, NULL);
    return 0;
}
