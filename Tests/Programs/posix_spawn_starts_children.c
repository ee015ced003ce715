// Proves that posix_spawn and system start programs under the library, one after the other and with threads allocating.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
#include <pthread.h>
#include <spawn.h>
#include <sys/wait.h>
#include "check.h"
extern char **environ;

static void *churn(void *unused) {
    while (1) free(malloc(3000)), free(malloc(50000));
    return unused;
}

int main(void) {
    pthread_t thread;
    for (int i = 0; i < 3; i++) pthread_create(&thread, NULL, churn, NULL);
    for (int i = 0; i < 100; i++) {
        pid_t child;
        char *arguments[] = {"sh", "-c", "exit 7", NULL};
        CHECK(posix_spawn(&child, "/bin/sh", NULL, NULL, arguments, environ) == 0, "spawn %d", i);
        int status = -1;
        waitpid(child, &status, 0);
        CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 7, "child %d ended with %x", i, status);
    }
    CHECK(system("exit 3") == 3 << 8, "system");
    _exit(0);
}
