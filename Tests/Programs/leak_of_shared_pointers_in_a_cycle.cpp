// Proves that objects in a cycle of shared pointers are lost: one definite, the others indirect.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 192 bytes in 3 blocks$
// stderr-count: 1
// report: ^  definitely lost: 64 bytes in 1 block$
// report: ^  indirectly lost: 128 bytes in 2 blocks$
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
#include <memory>
#include "leak.h"
struct node { std::shared_ptr<node> next; char rest[32]; };  // with its counts, 64 bytes

HELPER void build(void) {
    auto one = std::make_shared<node>(), two = std::make_shared<node>(), three = std::make_shared<node>();
    one->next = two, two->next = three, three->next = one;
}

int main() {
    away(build);
    return 0;
}
