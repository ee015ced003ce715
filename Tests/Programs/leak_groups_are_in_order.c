// Proves that groups come by kind, the largest first, and that one place with two callers is two groups.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 5400 bytes in 9 blocks$
// report: ^Direct leak of 3000 byte\(s\) in 3 object\(s\) allocated from:$
// report: ^ +#0 0x[0-9a-f]+ in place +.*{FILE}:{LINE:place}$
// report: ^ +#1 0x[0-9a-f]+ in build +.*{FILE}:{LINE:three}$
// report: ^  for example 0x[0-9a-f]+ of 1000 bytes, by thread "builder" \({THREAD}\)$
// report: ^Direct leak of 2000 byte\(s\) in 2 object\(s\) allocated from:$
// report: ^ +#1 0x[0-9a-f]+ in build +.*{FILE}:{LINE:two}$
// report: ^Direct leak of 400 byte\(s\) in 4 object\(s\) allocated from:$
// report: ^ +#1 0x[0-9a-f]+ in build +.*{FILE}:{LINE:four}$
// report: ^  definitely lost: 5400 bytes in 9 blocks$
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
#include "leak.h"
static volatile int count = 4;  // the compiler leaves loops as they are

HELPER void place(size_t size) {
    hide(malloc(size));  // place
}

static void *build(void *nothing) {
    pthread_setname_np(pthread_self(), "builder");
    tell("thread", gettid());
    for (int i = 0; i < count; i++) place(100);       // four
    for (int i = 0; i < count - 1; i++) place(1000);  // three
    for (int i = 0; i < count - 2; i++) place(1000);  // two
    return nothing;
}

int main(void) {
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, build, NULL) == 0, "no thread");
    pthread_join(thread, NULL);
    return 0;
}
