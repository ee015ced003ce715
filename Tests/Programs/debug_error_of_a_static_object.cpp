// Proves that an error in the destructor of a C++ static is reported with its stack.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \(40-byte block\), thread "
// report: ^ +#0 0x[0-9a-f]+ in .* +.*{FILE}:{LINE:delete}$
// report: ^freed first by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:first delete}$
// report: ^allocated by thread "
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
#include "debug.h"

struct Owner {
    int *numbers = new int[10];
    ~Owner() { delete[] (int *)hide(numbers); }  // delete
};
static Owner owner;

int main() {
    announce(owner.numbers);
    delete[] owner.numbers;  // first delete
    return 0;
}
