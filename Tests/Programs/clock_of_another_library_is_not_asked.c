// Proves that malloc and free ask no exported function for the time, nor for limits, sizes and ids: a program, or another
// preloaded library (libfaketime), may have taken those names, with locks and blocks of its own.
// expect: exit 0
// link: -rdynamic
// env: UNUSED=1
// env: SWIFTMALLOC_LIVE=1
// env: SWIFTMALLOC_STATS=1
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_LEAKS=1
// also: DEBUG=1 LIVE=1
#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include "check.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static __thread int isInMalloc;
static const char *asked;

static void taken(const char *name) {
    if (isInMalloc) asked = name;
}
int clock_gettime(clockid_t clock, struct timespec *now) {
    taken("clock_gettime");
    pthread_mutex_lock(&lock);
    free(malloc(40000));
    pthread_mutex_unlock(&lock);
    return (int)syscall(SYS_clock_gettime, clock, now);
}
int sysinfo(struct sysinfo *info) { return taken("sysinfo"), (int)syscall(SYS_sysinfo, info); }
int getrlimit(__rlimit_resource_t kind, struct rlimit *limit) {
    return taken("getrlimit"), (int)syscall(SYS_getrlimit, kind, limit);
}
pid_t gettid(void) { return taken("gettid"), (pid_t)syscall(SYS_gettid); }
pid_t getpid(void) { return taken("getpid"), (pid_t)syscall(SYS_getpid); }
int munmap(void *start, size_t length) { return taken("munmap"), (int)syscall(SYS_munmap, start, length); }
int mprotect(void *start, size_t length, int rights) {
    return taken("mprotect"), (int)syscall(SYS_mprotect, start, length, rights);
}

static void *work(void *unused) {
    isInMalloc = 1;
    for (int round = 0; round < 300; round++) {
        void *blocks[] = {malloc(100), malloc(3000), malloc(40000), malloc(600000), malloc(6000000)};
        blocks[4] = realloc(blocks[4], 9000000);
        for (int i = 0; i < 5; i++) free(blocks[i]);
    }
    malloc_trim(0);
    isInMalloc = 0;
    return unused;
}

int main(void) {
    pthread_t thread;
    work(NULL);
    pthread_create(&thread, NULL, work, NULL);
    pthread_join(thread, NULL);
    CHECK(!asked, "%s was called", asked);
    return 0;
}
