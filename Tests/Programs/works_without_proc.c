// Proves that a process in a mount namespace without /proc starts, allocates, forks and ends like any other.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
#include <pthread.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include "workout.h"

static void *work(void *argument) {
    workout((uintptr_t)argument, 3000);
    return NULL;
}

int main(int count, char **arguments) {
    if (count == 1) {
        char path[4096] = {0};
        CHECK(readlink("/proc/self/exe", path, sizeof path - 1) > 0, "readlink");
        if (unshare(CLONE_NEWNS) != 0) SKIP("no right to make a mount namespace");
        mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
        if (mount("none", "/proc", "tmpfs", 0, NULL) != 0) SKIP("no right to mount over /proc");
        execl(path, arguments[0], "inside", (char *)NULL);
        CHECK(0, "exec failed");
    }
    CHECK(access("/proc/self", F_OK) != 0, "/proc is still there");
    pthread_t thread;
    pthread_create(&thread, NULL, work, (void *)4);
    work((void *)3);
    pthread_join(thread, NULL);
    free(realloc(malloc(300 * MIB), 400 * MIB));
    malloc_trim(0);
    mallinfo2();
    pid_t child = fork();
    if (child == 0) work((void *)5), _exit(0);
    int status = -1;
    waitpid(child, &status, 0);
    CHECK(status == 0, "the child ended with %x", status);
    return 0;
}
