// Proves that a member function that runs on a deleted object is caught where it reads it, with the lines of new and delete.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-use-after-free on address {ADDRESS} \(a read, 8 bytes inside the freed {SIZE}-byte block at {BLOCK}\), thread "
// report: ^ +#0 0x[0-9a-f]+ in .*answer.* +.*{FILE}:{LINE:read}$
// report: ^freed by thread "
// report: ^ +#[0-3] 0x[0-9a-f]+ in main +.*{FILE}:{LINE:delete}$
// report: ^allocated by thread "
// report: ^ +#[0-3] 0x[0-9a-f]+ in main +.*{FILE}:{LINE:new}$
// env: SWIFTMALLOC_DEBUG=guard
// variants: SIZE=1008
#include "debug.h"

struct Object {
    long first = 1;
    volatile long second = 2;
    char rest[SIZE - 16];
    NOINLINE long answer() { return second; }  // read
};

int main() {
    Object *object = new Object;  // new
    tellAddress("block", object);
    announce((char *)object + 8);
    delete object;  // delete
    return ((Object *)hide(object))->answer() == 3;
}
