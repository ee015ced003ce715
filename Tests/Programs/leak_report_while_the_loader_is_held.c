// Proves that a report at exit comes with its names when another thread holds the loader's lock for a while, and without names
// when it never lets go of it.
// stderr-any: ^==[0-9]+==ERROR: swiftmalloc: leak of 100 bytes in 1 block$
// report: ^Direct leak of 100 byte\(s\) in 1 object\(s\) allocated from:$
// report: ^ +#0 0x[0-9a-f]+ in {NAME}  
// arguments: HELD=300,NAME=loseOne HELD=100000,NAME=..
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23
// expect: exit 23
// timeout: 60
// not-compared: Valgrind waits for the thread
#include <link.h>
#include "leak.h"
ARGUMENT(int, HELD)

static int hold(struct dl_phdr_info *object, size_t size, void *context) {
    (void)object, (void)size, (void)context;
    arrive();
    for (int i = 0; i < HELD; i++) usleep(1000);
    return 1;
}

static void *walk(void *nothing) {
    dl_iterate_phdr(hold, NULL);
    return nothing;
}

int main(void) {
    pthread_t thread;
    lose(100);
    CHECK(pthread_create(&thread, NULL, walk, NULL) == 0, "no thread");
    await(1);
    return 0;
}
