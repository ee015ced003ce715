// Proves that of a lost tree the root alone is definite and all below it, shared leaves counted once, indirect.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 5016 bytes in 127 blocks$
// stderr-count: 1
// report: ^  definitely lost: 40 bytes in 1 block$
// report: ^  indirectly lost: 4976 bytes in 126 blocks$
// report: ^SUMMARY: swiftmalloc: 5016 byte\(s\) leaked in 127 allocation\(s\)\.$
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
#include "leak.h"
struct node { struct node *left, *right, *other; char rest[16]; };

HELPER struct node *node(int depth) {
    struct node *new = make(depth == 0 ? 39 : 40);
    if (depth > 0) new->left = node(depth - 1), new->right = node(depth - 1);
    return new;
}

HELPER void build(void) {
    struct node *root = node(6);
    root->right->right->left->other = root->left->left->left->right;  // a node with two parents
}

int main(void) {
    away(build);
    return 0;
}
