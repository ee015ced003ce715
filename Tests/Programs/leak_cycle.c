// Proves that of a cycle that nothing else points to one block is definite and the others indirect, whatever its length.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of {BYTES} bytes in {COUNT} blocks$
// stderr-count: 1
// report: ^Direct leak of 72 byte\(s\) in 1 object\(s\) allocated from:$
// report: ^  definitely lost: 72 bytes in 1 block$
// report: ^  indirectly lost: {OTHERS} bytes in {REST}$
// arguments: COUNT=2,BACK=0 COUNT=3,BACK=0 COUNT=50,BACK=0 COUNT=2000,BACK=0 COUNT=2,BACK=1 COUNT=50,BACK=1
// env: SWIFTMALLOC_LEAKS=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
#include "leak.h"
ARGUMENT(int, COUNT)
ARGUMENT(int, BACK)
struct node { struct node *next, *previous; char rest[56]; };

HELPER void build(void) {
    struct node *nodes[COUNT];
    for (int i = 0; i < COUNT; i++) nodes[i] = make(sizeof(struct node));
    for (int i = 0; i < COUNT; i++) {
        nodes[i]->next = nodes[(i + 1) % COUNT];
        if (BACK) nodes[i]->previous = nodes[(i + COUNT - 1) % COUNT];
    }
}

int main(void) {
    tell("bytes", COUNT * 72), tell("others", (COUNT - 1) * 72), dprintf(1, "rest=%d %s\n", COUNT - 1, COUNT > 2 ? "blocks" : "block");
    away(build);
    return 0;
}
