// Proves that a pointer read from freed memory is known by the address that is used, also when a large index was added to it, and
// that the block is named that it may be from, when registers and stack lead to one alone.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-use-after-free on address 0xdddd[0-9a-f]{12} \(a pointer that was read from freed memory\), thread "[^"]+" \([0-9]+\)$
// report: ^ +#0 0x[0-9a-f]+ in look +.*{FILE}:{LINE:use}$
// report: perhaps from the freed 32-byte block at {ADDRESS}$
// report: ^freed by thread "
// report: ^allocated by thread "
// report: ^SUMMARY: swiftmalloc: heap-use-after-free .*{FILE}:{LINE:use} in look$
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_LEAKS=1
// arguments: INDEX=20000 INDEX=-100000 INDEX=1000000000
#include "debug.h"
ARGUMENT(int, INDEX)

struct table {
    int *rows;
    long rest[3];
};

static NOINLINE int look(struct table *table, long index) {
    const volatile int *row = &table->rows[index];
    int value = *row;  // use
    hide(table);
    return value;
}

int main(void) {
    struct table *volatile table = announce(malloc(sizeof *table));
    free(table);
    return look(table, INDEX);
}
