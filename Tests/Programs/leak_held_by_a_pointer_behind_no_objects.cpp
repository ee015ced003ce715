// Proves that a pointer to an array of no objects, one past the count that is all the block has, holds it; and the pointer behind
// the count of a few small or strictly aligned objects. Without the pointer both are lost.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of {SIZE} bytes in 1 blocks?$
// stderr-count: 1
// report: ^  definitely lost: {SIZE} bytes in 1 blocks?$
// report: ^  possibly lost: 0 bytes in 0 blocks$
// variants: COUNT=0,ALIGN=1,BYTES=1,SIZE=8 COUNT=0,ALIGN=8,BYTES=24,SIZE=8 COUNT=0,ALIGN=16,BYTES=32,SIZE=16 COUNT=0,ALIGN=64,BYTES=64,SIZE=64 COUNT=0,ALIGN=1024,BYTES=1024,SIZE=1024
// variants: COUNT=1,ALIGN=1,BYTES=1,SIZE=9 COUNT=3,ALIGN=2,BYTES=2,SIZE=14 COUNT=2,ALIGN=4,BYTES=4,SIZE=16 COUNT=1,ALIGN=8,BYTES=8,SIZE=16 COUNT=2,ALIGN=32,BYTES=96,SIZE=224 COUNT=3,ALIGN=128,BYTES=128,SIZE=512
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard-before
// not-compared: Valgrind calls arrays of no objects lost
#include "leak.h"

struct alignas(ALIGN) Row {
    char bytes[BYTES];
    ~Row() { hide(this); }
};
static Row *rows;
static volatile size_t count = COUNT;

HELPER void build(void) {
    rows = new Row[count];
    // Its own count, too, is behind a pointer that was hidden: lost.
    hide(new Row[count]);
}

int main(void) {
    static_assert(sizeof(Row) == BYTES, "another size");
    away(build);
    hide(rows);
    return 0;
}
