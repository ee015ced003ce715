// Proves what STATS=1 prints when a process ends: lines of at most 100 columns that a thread's name cannot break, to the log if
// there is one, whether standard error is open or not; malloc_stats the same from a thread with the smallest stack.
// env: SWIFTMALLOC_STATS=1 SWIFTMALLOC_LOG={TMP}/log
// env: SWIFTMALLOC_STATS=1 SWIFTMALLOC_LOG={TMP}/log SWIFTMALLOC_LIVE=1
// env: SWIFTMALLOC_STATS=1 SWIFTMALLOC_LOG={TMP}/log SWIFTMALLOC_DEBUG=1
// report: STATS: swiftmalloc: stats_is_printed_at_exit, [a-z]+ heap, [0-9.]+ s \([0-9.]+ s user, [0-9.]+ s system\)$
// report: ^memory, bytes +now +peak$
// report: ^  requested +[1-9][0-9]+ +[1-9][0-9]+$
// report: ^  = resident, heap +[1-9][0-9]+$
// report: ^size class +spans +allocated +freed +live +asked for +given +waste$
// report: ^threads: 2[0-9]+ started
// report: ^  "a\?b\?==1==ERR" \([0-9]+\) +[0-9]+ +[0-9]+ +-?[0-9]+$
// report: ^  and [0-9]+ more$
// report: ^system calls: mmap [1-9]
// report-not: ^b|^[^=].{100}
// expect: exit 3
// stderr-none
// timeout: 60
// also: DEBUG=1 LIVE=1
#include <limits.h>
#include <pthread.h>
#include "check.h"
static pthread_barrier_t bar;

static void *thread(void *unused) {
    pthread_setname_np(pthread_self(), "a\nb\t==1==ERR");
    hide(malloc(1000));
    pthread_barrier_wait(&bar);
    pause();
    return unused;
}

static void *tells(void *unused) {
    static char text[65536];
    int pipes[2], error = dup(2);
    CHECK(pipe2(pipes, O_NONBLOCK) == 0 && dup2(pipes[1], 2) == 2, "pipe");
    malloc_stats();
    dup2(error, 2);
    CHECK(read(pipes[0], text, sizeof text - 1) > 500, "little was printed");
    CHECK(strstr(text, "STATS: swiftmalloc: ") && strstr(text, "system calls: "), "malloc_stats printed %s", text);
    return unused;
}

int main(void) {
    pthread_t id;
    pthread_attr_t smallest;
    pthread_attr_init(&smallest);
    pthread_attr_setstacksize(&smallest, isDebug() ? 131072 : (size_t)PTHREAD_STACK_MIN);
    CHECK(!pthread_create(&id, &smallest, tells, NULL) && !pthread_join(id, NULL), "no thread");
    pthread_barrier_init(&bar, NULL, 201);
    for (int i = 0; i < 200; i++) CHECK(!pthread_create(&id, NULL, thread, NULL), "no thread");
    pthread_barrier_wait(&bar);
    close(0), close(1), close(2);
    return 3;
}
