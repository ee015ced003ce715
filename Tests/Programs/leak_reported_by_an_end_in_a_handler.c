// Proves that what is lost is reported also by a process whose signal handler, destructor of a thread or exit handler calls _exit.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 block$
// stderr-count: 1
// report: ^  definitely lost: 1000 bytes in 1 block$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report: ^SUMMARY: swiftmalloc: 1000 byte\(s\) leaked in 1 allocation\(s\)\.$
// arguments: WHERE=0 WHERE=1 WHERE=2
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
#include "leak.h"
ARGUMENT(int, WHERE)

static void handle(int number) { _exit(number - SIGUSR1); }
static void atEnd(void) { _exit(0); }
static void ofKey(void *value) { _exit(value == NULL); }

static void *work(void *nothing) {
    pthread_key_t key;
    pthread_key_create(&key, ofKey);
    pthread_setspecific(key, &key + 1);
    return nothing;
}

int main(void) {
    pthread_t thread;
    lose(1000);
    signal(SIGUSR1, handle);
    if (WHERE == 0) raise(SIGUSR1);
    if (WHERE == 1) atexit(atEnd), exit(3);
    if (WHERE == 2) pthread_create(&thread, NULL, work, NULL), pthread_join(thread, NULL);
    return 1;
}
