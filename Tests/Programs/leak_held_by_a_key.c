// Proves that a block is not lost while the value of a key (pthread_setspecific) is all that has it: one of the first keys, one of many, of two threads.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 block$
// stderr-count: 1
// report: ^Direct leak of 1000 byte\(s\) in 1 object\(s\) allocated from:$
// report: ^  definitely lost: 1000 bytes in 1 block$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report-not: (Direct|Indirect) leak of ([0-9]{1,3}|[^1][0-9]+) byte
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
// arguments: KEYS=1,THREADS=0 KEYS=100,THREADS=0 KEYS=1,THREADS=1 KEYS=100,THREADS=1
#include "leak.h"
ARGUMENT(int, KEYS)
ARGUMENT(int, THREADS)
static pthread_key_t key;

HELPER void build(void) { CHECK(pthread_setspecific(key, malloc(100)) == 0, "no value"); }

static void *wait(void *nothing) {
    away(build);
    arrive();
    pause();
    return nothing;
}

int main(void) {
    pthread_t thread;
    for (int i = 0; i < KEYS; i++) CHECK(pthread_key_create(&key, NULL) == 0, "no key");
    if (THREADS) pthread_create(&thread, NULL, wait, NULL), await(1);
    else away(build);
    lose(1000);
    return 0;
}
