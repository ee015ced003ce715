// Proves that the process lives on after pthread_exit in main: its blocks are used and freed by the thread that stays.
// expect: exit 6
// stderr-none
// also: DEBUG=1 LIVE=1
#include <pthread.h>
#include "workout.h"
static pthread_t mainThread;
static void *blocks[1000];

static void *stay(void *unused) {
    pthread_join(mainThread, NULL);
    for (size_t i = 0; i < 1000; i++) {
        CHECK(filled(blocks[i], i * 20, (int)i), "block %zu changed", i);
        free(blocks[i]);
    }
    workout(8, 3000);
    exit(6);
    return unused;
}

int main(void) {
    pthread_t thread;
    mainThread = pthread_self();
    for (size_t i = 0; i < 1000; i++) fill(blocks[i] = malloc(i * 20), i * 20, (int)i);
    pthread_create(&thread, NULL, stay, NULL);
    pthread_exit(NULL);
}
