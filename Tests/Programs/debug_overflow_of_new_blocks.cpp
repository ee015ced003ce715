// Proves that a write behind the end of a block of operator new is found by the delete that belongs to it, in every form.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-buffer-overflow on address {ADDRESS} \(1 byte written, 0 bytes after the end of the 50-byte block at {BLOCK}, found by free\), thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:delete}$
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:new}$
// env: SWIFTMALLOC_DEBUG=1
// arguments: ARRAY=0 ARRAY=1
#include "debug.h"
ARGUMENT(int, ARRAY)
struct Object { char bytes[50]; };

int main() {
    char *block = ARRAY ? new char[50] : (char *)new Object;  // new
    tellAddress("block", block);
    *(char *)announce(block + 50) = 1;
    if (ARRAY) delete[] block; else delete (Object *)block;  // delete
    return 0;
}
