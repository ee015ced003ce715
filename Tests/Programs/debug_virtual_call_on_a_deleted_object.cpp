// Proves that a virtual call on a deleted object does not run and is explained: its table is gone.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-use-after-free on address
// report: ^ +#0 0x[0-9a-f]+ in callRun.* +.*{FILE}:{LINE:call}$
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
#include "debug.h"

struct Object {
    long number = 1;
    virtual ~Object() {}
    virtual NOINLINE void run() { _exit(3); }
};

static NOINLINE void callRun(Object *object) {
    object->run();  // call
}

int main() {
    Object *object = (Object *)hide(new Object), *neighbour = (Object *)hide(new Object);
    delete object;
    callRun((Object *)hide(object));
    delete neighbour;
    return 4;
}
