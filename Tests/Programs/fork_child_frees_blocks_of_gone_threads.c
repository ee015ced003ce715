// Proves that a child may free and reuse the blocks of threads that do not exist in it.
// expect: exit 0
// stderr-none
// also: DEBUG=1
#include <pthread.h>
#include <sys/wait.h>
#include "workout.h"
static void *blocks[4][500];
static pthread_barrier_t barrier;

static void *own(void *argument) {
    void **mine = argument;
    for (size_t i = 0; i < 500; i++) {
        mine[i] = malloc(i * 40 + 1);
        fill(mine[i], i * 40 + 1, (int)i);
    }
    pthread_barrier_wait(&barrier);
    while (1) pause();
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_barrier_init(&barrier, NULL, 5);
    for (int i = 0; i < 4; i++) pthread_create(&thread, NULL, own, blocks[i]);
    pthread_barrier_wait(&barrier);
    for (int round = 0; round < 50; round++) {
        pid_t child = fork();
        if (child == 0) {
            alarm(60);
            for (int i = 0; i < 4; i++)
                for (size_t j = 0; j < 500; j++) {
                    CHECK(filled(blocks[i][j], j * 40 + 1, (int)j), "block %zu changed", j);
                    free(blocks[i][j]);
                }
            workout(9, 1000);
            _exit(0);
        }
        int status = -1;
        waitpid(child, &status, 0);
        CHECK(status == 0, "child %d ended with %x", round, status);
    }
    _exit(0);
}
