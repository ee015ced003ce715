// Proves that a second free of a large block is told as such when its memory was given back at once, with who allocated it; also
// when it is one of several, and by another thread.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS}
// report: ^ +#[01] .* in build .*:{LINE:allocated}$
// arguments: SIZE=20000,HOW=0 SIZE=2097152,HOW=0 SIZE=2097152,HOW=1 SIZE=300000,HOW=2
// env: SWIFTMALLOC_LEAKS=1
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_QUARANTINE=0
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
#include "leak.h"
ARGUMENT(int, SIZE)
ARGUMENT(int, HOW)
static void *blocks[20];

HELPER void build(void) {
    for (int i = 0; i < 20; i++) {
        blocks[i] = hide(malloc(SIZE));  // allocated
    }
}

static void *freeAll(void *nothing) {
    for (int i = 0; i < 20; i++) free(blocks[i]);
    return nothing;
}

int main(void) {
    pthread_t thread;
    build();
    if (HOW == 2) {
        pthread_create(&thread, NULL, freeAll, NULL), pthread_join(thread, NULL);
    } else {
        freeAll(NULL);
    }
    announce(blocks[HOW ? 7 : 19]);
    free(hide(blocks[HOW ? 7 : 19]));
    return 0;
}
