// Proves that an error made by a thread that is ending, in a key's destructor, is reported with the thread's name.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \(100-byte block\), thread "ending" \({THREAD}\)$
// report: ^ +#0 0x[0-9a-f]+ in end +.*{FILE}:{LINE:second free}$
// report: ^freed first by thread "ending" \({THREAD}\):$
// report: ^ +#0 0x[0-9a-f]+ in work +.*{FILE}:{LINE:first free}$
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// arguments: ROUNDS=1 ROUNDS=4
#include <pthread.h>
#include "debug.h"
ARGUMENT(int, ROUNDS)
static pthread_key_t key;
static int rounds;

static void end(void *block) {
    if (++rounds < ROUNDS) pthread_setspecific(key, block);
    else free(hide(block));  // second free
}

static void *work(void *unused) {
    pthread_setname_np(pthread_self(), "ending");
    tell("thread", gettid());
    void *block = announce(malloc(100));
    pthread_setspecific(key, block);
    free(block);  // first free
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_key_create(&key, end);
    pthread_create(&thread, NULL, work, NULL);
    pthread_join(thread, NULL);
    return 0;
}
