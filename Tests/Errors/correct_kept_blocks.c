// Blocks are still alive at the end, full to the last byte; handlers at exit and other threads still use theirs.
// correct:
#include "error.h"

static char *block;
static void finish(void) {
    put(block, 0, 333, 2);
    free(block);
    work(500);
}
static void *wait_(void *argument) {
    put(argument, 0, 100, 3);
    pause();
    return NULL;
}

int main(void) {
    pthread_t thread;
    atexit(finish);
    block = hide(malloc(333));
    if (pthread_create(&thread, NULL, wait_, malloc(100))) return 1;
    inRow(50);
    put(malloc(250000), 0, 250000, 1);
    return end();
}
