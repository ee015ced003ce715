// Proves that the free of a pointer that was read from a freed block is told as the use of freed memory that it is.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-use-after-free on address 0xdddddddddddddddd \(a pointer that was read from freed memory\), thread "[^"]+" \([0-9]+\)$
// report: ^ +#0 0x[0-9a-f]+ in freeAll +.*{FILE}:{LINE:free}$
// env: SWIFTMALLOC_DEBUG=1
#include "debug.h"

struct Node {
    struct Node *next;
};

static NOINLINE void freeAll(struct Node *node) {
    for (; node; node = node->next) free(hide(node));  // free
}

int main(void) {
    struct Node *node = hide(malloc(sizeof *node));
    node->next = NULL;
    freeAll(node);
    return 0;
}
