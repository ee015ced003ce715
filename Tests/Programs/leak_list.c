// Proves that a lost list is one definite block, its head, and the rest indirect, each kind a group with its stack.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 676 bytes in 10 blocks$
// stderr-count: 1
// report: ^Direct leak of 100 byte\(s\) in 1 object\(s\) allocated from:$
// report: ^ +#0 0x[0-9a-f]+ in node +.*{FILE}:{LINE:allocation}$
// report: ^ +#1 0x[0-9a-f]+ in build +.*{FILE}:{LINE:head}$
// report: ^  for example {HEAD} of 100 bytes, by thread "[^"]+" \([0-9]+\)$
// report: ^Indirect leak of 576 byte\(s\) in 9 object\(s\) allocated from:$
// report: ^ +#0 0x[0-9a-f]+ in node +.*{FILE}:{LINE:allocation}$
// report: ^ +#1 0x[0-9a-f]+ in build +.*{FILE}:{LINE:rest}$
// report: ^  definitely lost: 100 bytes in 1 block$
// report: ^  indirectly lost: 576 bytes in 9 blocks$
// report: ^SUMMARY: swiftmalloc: 676 byte\(s\) leaked in 10 allocation\(s\)\.$
// env: SWIFTMALLOC_LEAKS=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
#include "leak.h"
struct node { struct node *next; };

HELPER struct node *node(size_t size, struct node *next) {
    struct node *new = hide(malloc(size));  // allocation
    new->next = next;
    return new;
}

HELPER void build(void) {
    struct node *list = NULL;
    for (size_t i = 0; i < 9; i++) list = node(60 + i, list);  // rest
    list = node(100, list);                                    // head
    dprintf(1, "head=0x%lx\n", (unsigned long)list);
}

int main(void) {
    away(build);
    return 0;
}
