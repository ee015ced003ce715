// Proves that the bug which sized delete is there for is found: a derived object deleted through a base class that has no
// virtual destructor.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: size-mismatch on address {ADDRESS} \(88-byte block freed with size 8\), thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:delete}$
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:new}$
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
#include "debug.h"
struct Base { long number = 1; };
struct Derived : Base { long more[10] = {}; };

int main() {
    Base *object = new Derived;  // new
    announce(object);
    delete (Base *)hide(object);  // delete
    return 0;
}
