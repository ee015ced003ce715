// Proves that a signal handler that ends the process by _exit, as it may anywhere, ends it also where it interrupted malloc or
// free: the check may be left out there, but nothing waits for a lock that the interrupted call holds.
// timeout: 60
// not-compared: children that end in the midst of malloc
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_CHILDREN=1 SWIFTMALLOC_LOG=/dev/null
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_CHILDREN=1 SWIFTMALLOC_LOG=/dev/null SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_CHILDREN=1 SWIFTMALLOC_LOG=/dev/null SWIFTMALLOC_FRAMES=0
#include <sys/time.h>
#include <sys/wait.h>
#include "leak.h"

static void end(int number) { _exit(number != SIGALRM); }

HELPER void work(int round) {
    struct itimerval timer = {.it_value = {0, 3000 + round * 37 % 2000}};
    signal(SIGALRM, end);
    setitimer(ITIMER_REAL, &timer, NULL);
    for (;;) free(hide(malloc((size_t)round * 100)));
}

int main(void) {
    for (int round = 0; round < 150; round++) {
        pid_t child = fork();
        if (child == 0) work(round);
        int status = -1, waited = 0;
        while (waitpid(child, &status, WNOHANG) == 0 && waited < 30000) usleep(1000), waited++;
        if (waited == 30000) kill(child, SIGKILL);
        CHECK(waited < 30000, "child %d did not end", round);
        CHECK(status == 0, "child %d ended with %x", round, status);
    }
    return 0;
}
