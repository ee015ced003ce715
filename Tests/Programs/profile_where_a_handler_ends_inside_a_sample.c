// Proves that a signal handler that ends the process, or writes the profile, ends it also where it interrupted a sample of its own
// thread, or any other change of the heap: nothing waits for a lock that the interrupted call holds, and the profile is written.
// env: SWIFTMALLOC_PROFILE={TMP}/p.%p SWIFTMALLOC_PROFILE_INTERVAL=64 SWIFTMALLOC_LOG=/dev/null
// env: SWIFTMALLOC_PROFILE={TMP}/p.%p SWIFTMALLOC_PROFILE_INTERVAL=64 SWIFTMALLOC_GUARD_SAMPLE=64 SWIFTMALLOC_STATS=1 SWIFTMALLOC_LOG=/dev/null
// env: SWIFTMALLOC_PROFILE={TMP}/p.%p SWIFTMALLOC_PROFILE_INTERVAL=64 SWIFTMALLOC_PROFILE_RESIDENT=1 SWIFTMALLOC_LOG=/dev/null
// arguments: WAY=0 WAY=1 WAY=2 WAY=3
// timeout: 60
// production-only: the debug heap is not sampled
#include <sys/time.h>
#include <sys/wait.h>
#include "profile.h"
ARGUMENT(int, WAY)

static void end(int number) {
    (void)number;
    if (WAY == 0) exit(0);
    if (WAY == 1) quick_exit(0);
    if (WAY == 2) CHECK(swiftmalloc_profile_write(NULL) == 0, "no profile");
    _exit(0);
}

static void work(int round) {
    struct itimerval timer = {.it_value = {0, 2000 + round * 37 % 1000}};
    signal(SIGALRM, end);
    setitimer(ITIMER_REAL, &timer, NULL);
    for (unsigned index = 0;; index++) free(hide(malloc(100 + index % 4000)));
}

int main(void) {
    const char *path = getenv("SWIFTMALLOC_PROFILE");
    for (int round = 0; round < 40; round++) {
        pid_t child = fork();
        if (child == 0) work(round);
        int status = -1, waited = 0;
        while (waitpid(child, &status, WNOHANG) == 0 && waited < 20000) usleep(1000), waited++;
        if (waited == 20000) kill(child, SIGKILL);
        CHECK(waited < 20000, "child %d did not end", round);
        CHECK(status == 0, "child %d ended with %x", round, status);
        char file[300];
        snprintf(file, sizeof file, "%.*s%d", (int)(strlen(path) - 2), path, (int)child);
        profileRead(file);
        CHECK(!unlink(file), "unlink");
        strcat(file, ".peak");
        profileRead(file);
        unlink(file);
    }
    return 0;
}
