// Proves that a report made while 8 threads allocate and write to stderr comes as one unbroken line.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \([0-9]+-byte block\),
// also: DEBUG=1
#include <pthread.h>
#include "check.h"

static void *chatter(void *unused) {
    while (1) {
        free(malloc(1000));
        write(2, "chatter\n", 8);
        usleep(100);
    }
    return unused;
}

int main(void) {
    pthread_t thread;
    void *block = announce(malloc(100)), *kept = hide(malloc(100));
    for (int i = 0; i < 8; i++) pthread_create(&thread, NULL, chatter, NULL);
    usleep(20000);
    free(block);
    free(hide(block));
    free(kept);
    return 0;
}
