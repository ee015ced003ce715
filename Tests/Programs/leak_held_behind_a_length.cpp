// Proves that a block is not lost while a pointer to the text behind a string's head, or behind a length of 8 bytes, is all that has it.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 block$
// stderr-count: 1
// report: ^Direct leak of 1000 byte\(s\) in 1 object\(s\) allocated from:$
// report: ^  definitely lost: 1000 bytes in 1 block$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report-not: (Direct|Indirect) leak of ([0-9]{1,3}|[^1][0-9]+) byte
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
// arguments: WHAT=0 WHAT=1
#define _GLIBCXX_USE_CXX11_ABI 0
#include <string>
#include "leak.h"
ARGUMENT(int, WHAT)
static std::string *text;  // of the ABI that counts references: it points behind length, capacity and count
static unsigned long *elements;

HELPER void build(void) {
    if (WHAT == 0) text = new std::string(101, 'x');
    else {
        elements = (unsigned long *)make(128);  // as sqlite3 does: the block's own length, then what the caller gets
        elements[0] = 120;
        elements++;
    }
}

int main() {
    away(build);
    lose(1000);
    _exit(text == nullptr && elements == nullptr);
}
