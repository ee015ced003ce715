// Proves that pthread_atfork handlers, before the fork and after it on both sides, may allocate and free.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
#include <pthread.h>
#include <sys/wait.h>
#include "check.h"
static void *blocks[3];

static void prepare(void) { free(blocks[0]), blocks[0] = malloc(3000), free(malloc(100000)); }
static void parent(void) { free(blocks[1]), blocks[1] = malloc(70), free(blocks[0]), blocks[0] = NULL; }
static void child(void) { free(blocks[2]), blocks[2] = malloc(700000), free(blocks[0]), blocks[0] = NULL; }

static void *churn(void *unused) {
    while (1) free(malloc(3000));
    return unused;
}

__attribute__((constructor)) static void load(void) { pthread_atfork(prepare, parent, child); }

int main(void) {
    pthread_t thread;
    pthread_atfork(prepare, parent, child);
    pthread_create(&thread, NULL, churn, NULL);
    for (int i = 0; i < 300; i++) {
        pid_t forked = fork();
        if (forked == 0) {
            alarm(60);
            free(malloc(50));
            _exit(blocks[2] == NULL);
        }
        int status = -1;
        waitpid(forked, &status, 0);
        CHECK(status == 0, "child %d ended with %x", i, status);
    }
    _exit(0);
}
