// Proves that a container that is lost is lost with all that it owns: one block of it definite, the rest indirect.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 6448 bytes in 101 blocks$
// stderr-count: 1
// report: ^  definitely lost: (48|64) bytes in 1 block$
// report: ^  indirectly lost: (6400|6384) bytes in 100 blocks$
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
#include <map>
#include "leak.h"
struct value { char bytes[28]; };  // a node: 32 bytes, the key, this

HELPER void build(void) {
    std::map<int, value> *map = new std::map<int, value>;
    for (int i = 0; i < 100; i++) (*map)[i] = value();
    hide(map);
}

int main() {
    away(build);
    return 0;
}
