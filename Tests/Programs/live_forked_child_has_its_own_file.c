// Proves that a child of fork goes on with its parent's numbers in a file of its own, whichever thread forks, that neither
// sees what the other does from then on, and that a child of vfork leaves the parent's file alone.
// env: SWIFTMALLOC_LIVE=1
// env: SWIFTMALLOC_LIVE=1 SWIFTMALLOC_DEBUG=1
// stderr-none
// also: DEBUG=1
#include <pthread.h>
#include <sys/wait.h>
#include "live_file.h"
static const Header *parents;
static pthread_barrier_t bar;
static void *kept[1000];

static void *thread(void *unused) {
    for (int i = 0; i < 1000; i++) kept[i] = malloc(100);
    pthread_barrier_wait(&bar), pthread_barrier_wait(&bar);
    return unused;
}

static int waitFor(pid_t child) {
    int status = -1;
    CHECK(waitpid(child, &status, 0) == child && status == 0, "the child ended with %x", status);
    return access(pathOf(child), F_OK) == 0;
}

static void inChild(Counts then, int depth) {
    const Header *own = countersOf(getpid());
    CHECK(own && own->process_id == getpid() && own->threads_running == 1, "the child's file, depth %d", depth);
    Counts first = sumOfAll(own);
    CHECK(first.allocation_count == then.allocation_count && first.requested_bytes == then.requested_bytes, "not as at the fork");
    CHECK(classesOf(rowAt(own, 0))[classOf(own, 100)].allocation_count >= 1000, "the other thread's numbers are not in row 0");
    for (int i = 0; i < 500; i++) hide(malloc(100)), free(kept[i]);
    Counts now = sumOfAll(own);
    CHECK(now.allocation_count == first.allocation_count + 500 && now.free_count == first.free_count + 500, "the child's calls");
    pid_t child = depth < 2 ? fork() : 0;
    if (depth < 2 && child == 0) {
        memmove(kept, kept + 500, 500 * sizeof *kept);
        inChild(now, depth + 1);
        _exit(0);
    }
    CHECK(depth == 2 || waitFor(child) == 0, "the grandchild's file stays");
}

static void *forks(void *unused) {
    free(malloc(100));
    Counts then = sumOfAll(parents);
    pid_t child = fork();
    if (child == 0) inChild(then, 1), _exit(0);
    CHECK(waitFor(child) == 0, "the child's file stays");
    Counts now = sumOfAll(parents);
    CHECK(memcmp(&now, &then, sizeof now) == 0, "the child's calls were counted here");
    return unused;
}

int main(void) {
    pthread_t other, forking;
    CHECK((parents = countersOf(getpid())), "no file");
    pthread_barrier_init(&bar, NULL, 2);
    pthread_create(&other, NULL, thread, NULL);
    pthread_create(&forking, NULL, (void *(*)(void *))pthread_exit, NULL), pthread_join(forking, NULL);
    pthread_barrier_wait(&bar);
    forks(NULL);
    pthread_create(&forking, NULL, forks, NULL), pthread_join(forking, NULL);
    pid_t child = vfork();
    if (child == 0) _exit(0);
    CHECK(waitFor(child) == 0 && access(pathOf(getpid()), F_OK) == 0, "vfork's child took the file along");
    CHECK(parents->state == SWIFTMALLOC_LIVE_RUNNING && parents->process_id == getpid(), "vfork's child ended the parent");
    pthread_barrier_wait(&bar), pthread_join(other, NULL);
    return 0;
}
