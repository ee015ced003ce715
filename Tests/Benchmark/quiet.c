// Threads that have done their work and sleep then, for after_load.py:
//
//   quiet queue   a producer is four times as fast as its consumer: 200 MB wait in the queue, then they are consumed
//   quiet pool    200 threads take turns at a job of 100 MB
//
// Says `empty` and waits for a byte, says `full` when it holds most and waits for another, and says `freed` when all is done.
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SIZE = 1000, QUEUED = 200000, THREADS = 200, JOB = 100000 };
static char *blocks[QUEUED];
static sem_t turns[THREADS], done;

static void say(const char *word) {
    char byte;
    if (dprintf(1, "%s\n", word) < 0 || read(0, &byte, 1) != 1) _exit(1);
}

static char *block(void) {
    char *made = malloc(SIZE);
    if (!made) _exit(1);
    return memset(made, 1, SIZE);
}

// Three of four wait.
static void *produce(void *unused) {
    for (int i = 0; i < QUEUED; i++) {
        if (i % 4 == 3) free(blocks[i - 3]), blocks[i - 3] = NULL;
        blocks[i] = block();
    }
    sem_post(&done);
    pause();
    return unused;
}

static void *consume(void *unused) {
    sem_wait(&turns[0]);
    for (int i = 0; i < QUEUED; i++) free(blocks[i]);
    sem_post(&done);
    pause();
    return unused;
}

static void *take(void *number) {
    int isFirst = number == NULL;
    sem_wait(&turns[(intptr_t)number]);
    for (int i = 0; i < JOB; i++) blocks[i] = block();
    if (isFirst) say("full");
    for (int i = 0; i < JOB; i++) free(blocks[i]);
    sem_post(&done);
    pause();
    return NULL;
}

static void start(void *(*work)(void *), intptr_t number) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, work, (void *)number)) _exit(1);
}

int main(int count, char **arguments) {
    if (count != 2) return 2;
    int isPool = !strcmp(arguments[1], "pool");
    for (int i = 0; i < THREADS; i++) sem_init(&turns[i], 0, 0);
    sem_init(&done, 0, 0);
    say("empty");
    if (isPool) {
        for (int i = 0; i < THREADS; i++) start(take, i);
        for (int i = 0; i < THREADS; i++) {
            sem_post(&turns[i]);
            sem_wait(&done);
        }
    } else {
        start(consume, 0);
        start(produce, 0);
        sem_wait(&done);
        say("full");
        sem_post(&turns[0]);
        sem_wait(&done);
    }
    say("freed");
    return 0;
}
