// Proves that a child forked by a second thread can allocate, free the parent's blocks, start threads and exit in order.
// expect: exit 0
// stderr-none
// also: DEBUG=1
#include <pthread.h>
#include <sys/wait.h>
#include "workout.h"
static void *mains[100];

static void *work(void *argument) {
    workout((uintptr_t)argument, 500);
    return NULL;
}

static void *forker(void *unused) {
    for (int i = 0; i < 100; i++) {
        pid_t child = fork();
        if (child == 0) {
            alarm(60);
            for (int at = 0; at < 100; at++) free(mains[at]);
            pthread_t thread;
            CHECK(pthread_create(&thread, NULL, work, (void *)5) == 0, "no thread in the child");
            work((void *)6);
            pthread_join(thread, NULL);
            exit(0);
        }
        int status = -1;
        waitpid(child, &status, 0);
        CHECK(status == 0, "child %d ended with %x", i, status);
    }
    return unused;
}

int main(void) {
    pthread_t thread;
    for (size_t at = 0; at < 100; at++) mains[at] = malloc(at * 500);
    pthread_create(&thread, NULL, forker, NULL);
    pthread_join(thread, NULL);
    for (int at = 0; at < 100; at++) free(mains[at]);
    return 0;
}
