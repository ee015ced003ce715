// Proves that a second delete[] of an array of objects, whose number of elements reads as freed bytes by then, is explained by
// the array's stacks.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-use-after-free on address {ADDRESS} \(.*0 bytes inside the freed {BYTES}-byte block at {ADDRESS}\), thread "
// stderr-count: 1
// report: in remove.* .*{FILE}:{LINE:delete}$
// report: ^freed by thread "
// report: in remove.* .*{FILE}:{LINE:delete}$
// report: ^allocated by thread "
// report: in main .*{FILE}:{LINE:new}$
// report: ^SUMMARY: swiftmalloc: heap-use-after-free
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// env: SWIFTMALLOC_DEBUG=guard-before
// variants: SIZE=40,COUNT=3,BYTES=128 SIZE=16,COUNT=1,BYTES=24 SIZE=1000,COUNT=10,BYTES=10008
#include "debug.h"

struct Session {
    NOINLINE ~Session() { free(name); }
    char *name = (char *)malloc(10);
    char rest[SIZE - 8] = {};
};

static NOINLINE void remove(Session *sessions) {
    delete[] sessions;  // delete
}

int main() {
    Session *sessions = new Session[COUNT];  // new
    announce((char *)sessions - 8);
    remove(sessions);
    remove((Session *)hide(sessions));
    return 0;
}
