// Proves that a pool of 200 threads that take turns at one big job holds little when all sleep: two seconds after the last turn no
// more than one job and 0.1 MB for each thread; and that the threads then work as before.
// arguments: JOB=10
// arguments-all: JOB=100
// timeout: 60
// production-only: the debug heap has a quarantine
#include "check.h"
#include <pthread.h>
#include <semaphore.h>
ARGUMENT(int, JOB)

enum { THREADS = 200, SIZE = 1000 };
static sem_t turns[THREADS], done;

static void job(void) {
    size_t count = (size_t)JOB * MIB / SIZE;
    char **blocks = malloc(count * sizeof *blocks);
    for (size_t i = 0; i < count; i++) memset(blocks[i] = malloc(SIZE), 1, SIZE);
    for (size_t i = 0; i < count; i++) {
        CHECK(filled(blocks[i], SIZE, 1), "a block changed");
        free(blocks[i]);
    }
    free(blocks);
}

static void *work(void *number) {
    sem_t *turn = &turns[(intptr_t)number];
    for (;;) {
        while (sem_wait(turn)) {}
        job();
        sem_post(&done);
    }
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 64 << 10);
    sem_init(&done, 0, 0);
    for (intptr_t i = 0; i < THREADS; i++) {
        sem_init(&turns[i], 0, 0);
        CHECK(!pthread_create(&thread, &small, work, (void *)i), "no thread");
    }
    usleep(50000);
    size_t before = resident();
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < THREADS; i++) {
            sem_post(&turns[i]);
            while (sem_wait(&done)) {}
        }
        sleep(2);
        // Below what it began with, too: before version 6.2 Linux tells pages of each processor late.
        size_t now = resident();
        CHECK(now < before + (size_t)JOB * MIB + THREADS * MIB / 10, "%zu bytes, %zu before", now, before);
    }
    return 0;
}
