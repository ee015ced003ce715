// Proves that delete of an array of objects with destructors, which begins behind the compiler's count of elements, is
// told as what it is: a free 8 bytes inside the block of new[].
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: invalid-free on address {ADDRESS} \(8 bytes inside the 408-byte block at {BLOCK}\), thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:delete}$
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:new}$
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
#include "debug.h"

struct Object {
    int number = 1;
    ~Object() { hide(this); }
};

int main() {
    Object *objects = new Object[100];  // new
    announce(objects);
    tellAddress("block", (char *)objects - 8);
    delete (Object *)hide(objects);  // delete
    return 0;
}
