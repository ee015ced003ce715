// Proves that children of children of children (8 deep) allocate, with a second thread alive at each fork.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
#include <pthread.h>
#include <sys/wait.h>
#include "workout.h"

static void *churn(void *unused) {
    while (1) free(malloc(500));
    return unused;
}

static int descend(int depth) {
    pthread_t thread;
    workout((uint64_t)depth + 1, 500);
    if (depth == 8) return 0;
    pthread_create(&thread, NULL, churn, NULL);
    void *kept = malloc(1000);
    fill(kept, 1000, depth);
    pid_t child = fork();
    if (child == 0) {
        alarm(60);
        CHECK(filled(kept, 1000, depth), "the parent's block changed");
        free(kept);
        _exit(descend(depth + 1));
    }
    int status = -1;
    waitpid(child, &status, 0);
    CHECK(filled(kept, 1000, depth), "the child changed the parent's block");
    return status == 0 ? 0 : 1;
}

int main(void) {
    for (int round = 0; round < 5; round++) CHECK(descend(0) == 0, "a descendant failed in round %d", round);
    return 0;
}
