// A burst, and then silence: 300,000 blocks of 512 to 2048 bytes, 274 MiB, all but every twentieth freed. With a number above
// 1 so many threads have a part of it each, one after the other, and sleep then. Says when it is full and when all is freed, on
// file descriptor 1, with the bytes of pages that live blocks touch; it waits for a byte on 0 before it frees. Whoever started it looks
// at its memory from outside, and ends it.
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { COUNT = 300000, KEPT = 20, MOST_THREADS = 64 };
static char *blocks[COUNT];
static unsigned char isTouched[1 << 22];  // a bit for each page, by the page's number modulo so many
static int threads;
static pthread_barrier_t freed;

static size_t sizeOf(int i) { return i % 6 < 3 ? 512 : i % 6 < 5 ? 1024 : 2048; }

static void say(const char *what, size_t bytes) {
    char line[64];
    int length = snprintf(line, sizeof line, "%s %zu\n", what, bytes);
    if (write(1, line, (size_t)length) != length) _exit(1);
}

static size_t touchedBytes(void) {
    size_t pages = 0;
    for (int i = 0; i < COUNT; i += KEPT)
        for (uintptr_t page = (uintptr_t)blocks[i] / 4096; page <= ((uintptr_t)blocks[i] + sizeOf(i) - 1) / 4096; page++) {
            unsigned char *place = &isTouched[page / 8 % sizeof isTouched], bit = (unsigned char)(1 << page % 8);
            if (!(*place & bit)) *place |= bit, pages++;
        }
    return pages * 4096;
}

static void part(int thread, int frees) {
    for (int i = thread * (COUNT / threads); i < (thread + 1) * (COUNT / threads); i++)
        if (!frees)
            memset(blocks[i] = malloc(sizeOf(i)), 1, sizeOf(i));
        else if (i % KEPT)
            free(blocks[i]);
}

static pthread_barrier_t full;

static void *work(void *number) {
    part((int)(intptr_t)number, 0);
    pthread_barrier_wait(&full);
    pthread_barrier_wait(&full);
    part((int)(intptr_t)number, 1);
    pthread_barrier_wait(&freed);
    for (;;) pause();
}

int main(int count, char **arguments) {
    threads = count > 1 ? atoi(arguments[1]) : 1;
    if (threads < 1 || threads > MOST_THREADS || COUNT % threads) return 2;
    char byte;
    pthread_t thread;
    memset(blocks, 0, sizeof blocks);
    memset(isTouched, 0, sizeof isTouched);
    pthread_barrier_init(&full, NULL, (unsigned)threads);
    pthread_barrier_init(&freed, NULL, (unsigned)threads);
    say("empty", 0);
    if (read(0, &byte, 1) != 1) return 2;
    for (intptr_t i = 1; i < threads; i++)
        if (pthread_create(&thread, NULL, work, (void *)i)) return 2;
    part(0, 0);
    pthread_barrier_wait(&full);
    say("full", touchedBytes());
    if (read(0, &byte, 1) != 1) return 2;
    pthread_barrier_wait(&full);
    part(0, 1);
    pthread_barrier_wait(&freed);
    say("freed", 0);
    for (;;) pause();
}
