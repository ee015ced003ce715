// Proves that a leak whose stack an earlier check printed is told in one line, by a check on demand and by the one at exit, and a
// new one in full.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 100 bytes in 1 block$
// stderr-count: 3
// report: ^Direct leak of 100 byte\(s\) in 1 object\(s\) allocated from:$
// report: ^    #[0-9] 0x[0-9a-f]+ in loseFirst 
// report: ^==[0-9]+==ERROR: swiftmalloc: leak of 300 bytes in 2 blocks, 200 bytes in 1 block new since the last check$
// report: ^Direct leak of 200 byte\(s\) in 1 object\(s\) allocated from:$
// report: ^    #[0-9] 0x[0-9a-f]+ in loseSecond 
// report: ^  new since the last check: 200 bytes in 1 block$
// report: ^Known since an earlier check: direct leak of 100 bytes in 1 block, .* in make$
// report: ^==[0-9]+==ERROR: swiftmalloc: leak of 300 bytes in 2 blocks$
// report: ^Known since an earlier check: direct leak of 200 bytes in 1 block, .* in make$
// report: ^Known since an earlier check: direct leak of 100 bytes in 1 block, .* in make$
// report: ^  definitely lost: 300 bytes in 2 blocks$
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
// not-compared: the library's own function is what it is about
#include "leak.h"

HELPER void loseFirst(void) { hide(make(100)); }
HELPER void loseSecond(void) { hide(make(200)); }

int main(void) {
    away(loseFirst);
    CHECK(checkLeaks() == 1, "not one block");
    away(loseSecond);
    CHECK(checkLeaks() == 1, "not one new block");
    clearStack();
    return 0;
}
