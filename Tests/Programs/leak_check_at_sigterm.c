// Proves that with EXIT_SIGNALS=1 SIGINT and SIGTERM are an end with a leak check, in a sleeping, a computing and an allocating
// program, and that the signal ends the process all the same.
// expect: exit 0
// stderr: ERROR: swiftmalloc: leak of 1000 bytes in 1 block
// stderr-count: 2
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_EXIT_SIGNALS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_EXIT_SIGNALS=1 SWIFTMALLOC_DEBUG=1
// variants: WORK=0 WORK=1 WORK=2
// not-compared: the process ends by a signal
// timeout: 60
#include <signal.h>
#include <sys/wait.h>
#include "leak.h"

int main(int count, char **arguments) {
    if (count > 1) {
        lose(1000);
        write(3, "", 1);
        for (volatile long round = 0;; round++) {
            if (WORK == 0) pause();
            if (WORK == 2) free(malloc((size_t)round % 5000));
        }
    }
    static const int signals[] = {SIGTERM, SIGINT};
    for (int i = 0; i < 2; i++) {
        int ready[2];
        char byte;
        CHECK(pipe(ready) == 0, "pipe");
        pid_t child = fork();
        if (child == 0) {
            dup2(ready[1], 3);
            execl("/proc/self/exe", arguments[0], "again", NULL);
            _exit(77);
        }
        CHECK(read(ready[0], &byte, 1) == 1, "the child is not ready");
        usleep(20000);
        kill(child, signals[i]);
        int status = -1;
        waitpid(child, &status, 0);
        CHECK(WIFSIGNALED(status) && WTERMSIG(status) == signals[i], "signal %d: it ended with %x", signals[i], status);
        close(ready[0]), close(ready[1]);
    }
    return 0;
}
