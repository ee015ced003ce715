// Proves that a block is not lost while a pointer to a second base class of it is all that has it.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 block$
// stderr-count: 1
// report: ^Direct leak of 1000 byte\(s\) in 1 object\(s\) allocated from:$
// report: ^  definitely lost: 1000 bytes in 1 block$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report-not: (Direct|Indirect) leak of ([0-9]{1,3}|[^1][0-9]+) byte
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
#include "leak.h"
struct first { long one = 1; virtual ~first() {} };
struct second { long two = 2; virtual ~second() {} };
struct both : first, second {
    void *block = make(101);
    char rest[60];
};
static second *held;

HELPER void build(void) { held = new both; }

int main() {
    away(build);
    lose(1000);
    _exit(held == nullptr);
}
