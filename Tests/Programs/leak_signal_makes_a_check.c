// Proves that LEAK_SIGNAL makes a check in the running process, by name or by number, while other threads block every signal.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 block(, 1000 bytes in 1 block new since the last check)?$
// report: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 block
// report: ^==[0-9]+==ERROR: swiftmalloc: leak of 1500 bytes in 2 blocks, 500 bytes in 1 block new since the last check$
// report: ^==[0-9]+==ERROR: swiftmalloc: leak of 1500 bytes in 2 blocks
// report-not: leak of 100 byte
// variants: NUMBER=10,NAME=USR1 NUMBER=12,NAME=USR2 NUMBER=1,NAME=HUP NUMBER=40,NAME=40
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// not-compared: Valgrind loses sight of a process that starts itself once more
#include "leak.h"
#define TEXT(name) #name
#define STRING(name) TEXT(name)

static void *wait(void *nothing) {
    sigset_t every;
    sigfillset(&every);
    pthread_sigmask(SIG_BLOCK, &every, NULL);
    void *volatile held = malloc(100);
    hide((void *)&held);
    arrive();
    for (;;) pause();
    return held == NULL ? nothing : NULL;
}

// A signal ends a sleep.
static void check(void) {
    kill(getpid(), NUMBER);
    double end = seconds() + (patience() > 1 ? 6 : 1.5);
    while (seconds() < end) usleep(10000);
}

int main(void) {
    startWith("SWIFTMALLOC_LEAK_SIGNAL", STRING(NAME));
    for (int i = 0; i < 4; i++) {
        pthread_t thread;
        CHECK(pthread_create(&thread, NULL, wait, NULL) == 0, "no thread");
    }
    await(4);
    lose(1000);
    check();
    lose(500);
    check();
    return 0;
}
