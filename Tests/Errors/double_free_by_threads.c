// One of the frees, or each in its own, is another thread's.
// double-free: FIRST=inThread,SECOND=here FIRST=here,SECOND=inThread FIRST=inThread,SECOND=inThread
#include "error.h"

static void *release(void *block) {
    free(hide(block));
    return NULL;
}
static inline void here(void *(*function)(void *), void *argument) { function(argument); }

int main(void) {
    void *block = hide(malloc(100));
    FIRST(release, block);
    SECOND(release, block);
    return end();
}
