// Proves that a write into a block whose heap was destroyed is reported, with who allocated it from which heap, and who destroyed
// that.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-use-after-free on address {ADDRESS} \(1 byte written, 5 bytes inside the freed 100-byte block
// report: ^freed by thread "
// report: ^ +#[0-9] 0x[0-9a-f]+ in main +.*{FILE}:{LINE:end}$
// report: ^allocated by thread ".*\), in heap "own":$
// report: ^ +#[0-9] 0x[0-9a-f]+ in main +.*{FILE}:{LINE:allocation}$
// env: SWIFTMALLOC_DEBUG=1
// arguments: ALL=0 ALL=1
// link: {LIBRARY}
#include "heap.h"
ARGUMENT(int, ALL)

int main(void) {
    swiftmalloc_heap *own = heap(SWIFTMALLOC_HEAP_LOCAL, "own", 0);
    char *block = swiftmalloc_heap_malloc(own, 100);                         // allocation
    (ALL ? swiftmalloc_heap_free_all : swiftmalloc_heap_destroy)(own);       // end
    *(char *)announce(block + 5) = 1;
    return 0;
}
