// Proves that the file of a process which became another user, and may not remove it any more, gives back its memory at the
// end, while other threads still count, and that the first user's next process removes it, and no file of a killed one.
// expect: exit 0
// stderr-none
// env: SWIFTMALLOC_LIVE=1
// also: DEBUG=1
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include "live_file.h"

static void *count(void *unused) {
    for (;;) free(malloc(5000000)), free(malloc(100));
    return unused;
}

static pid_t start(int isKilled) {
    pid_t child = fork();
    if (child == 0) {
        pthread_t thread;
        for (int i = 0; i < 3; i++) pthread_create(&thread, NULL, count, NULL);
        for (int i = 0; i < 20000; i++) free(malloc((size_t)i));
        if (isKilled) raise(SIGKILL);
        CHECK(setgid(65534) == 0 && setuid(65534) == 0, "no other user");
        exit(0);
    }
    int status = -1;
    waitpid(child, &status, 0);
    CHECK(status == (isKilled ? SIGKILL : 0), "the child ended with %x", status);
    return child;
}

int main(int count, char **arguments) {
    if (count > 1) return 0;
    if (geteuid() != 0) SKIP("only root becomes another user");
    struct stat info;
    pid_t killed = start(1), changed = start(0);
    // Any process of this user that publishes meanwhile, as those of other tests, has removed it already.
    for (int tries = 0; stat(pathOf(changed), &info) != 0; changed = start(0))
        CHECK(tries++ < 50, "no file: is it made elsewhere?");
    CHECK(info.st_blocks * 512 <= sysconf(_SC_PAGESIZE), "%ld blocks are left", (long)info.st_blocks);
    pid_t next = fork();
    if (next == 0) {
        execl("/proc/self/exe", arguments[0], "next", NULL);
        _exit(1);
    }
    int status = -1;
    waitpid(next, &status, 0);
    CHECK(status == 0, "the next one ended with %x", status);
    CHECK(stat(pathOf(changed), &info) != 0 && errno == ENOENT, "the file stays");
    CHECK(stat(pathOf(killed), &info) == 0, "the file of a killed process went");
    unlink(pathOf(killed));
    return 0;
}
