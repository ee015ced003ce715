// Proves that objects of every form of new are lost with their exact sizes, the count of new[] included.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 1448 bytes in 8 blocks$
// stderr-count: 1
// report: ^  definitely lost: 1448 bytes in 8 blocks$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report: ^SUMMARY: swiftmalloc: 1448 byte\(s\) leaked in 8 allocation\(s\)\.$
// env: SWIFTMALLOC_LEAKS=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
#include <new>
#include "leak.h"
struct object { long a[12]; ~object() { a[0] = 1; } };
struct alignas(128) aligned { char a[128]; };

HELPER void build(void) {
    hide(new char);                            // 1
    hide(new long[10]);                        // 80
    hide(new object);                          // 96
    hide(new object[5]);                       // 488
    hide(new aligned);                         // 128
    hide(new aligned[5]);                      // 640
    hide(new (std::nothrow) char[8]);          // 8
    hide(::operator new(7));                   // 7
}

int main() {
    away(build);
    return 0;
}
