// Binary trees: one that lives long, and many of several depths that are built, counted and destroyed meanwhile.
//
//   trees DEPTH     (default 17)
#include "workload.h"

struct node { struct node *left, *right; };

static struct node *build(long depth) {
    struct node *node = malloc(sizeof *node);
    if (!node) fail("no memory");
    *node = depth ? (struct node){build(depth - 1), build(depth - 1)} : (struct node){NULL, NULL};
    return node;
}
static long size(const struct node *node) { return node ? 1 + size(node->left) + size(node->right) : 0; }
static void destroy(struct node *node) {
    if (!node) return;
    destroy(node->left);
    destroy(node->right);
    free(node);
}

int main(int count, char **arguments) {
    long deepest = argument(count, arguments, 1, 17);
    struct node *keeper = build(deepest);
    for (long depth = 4; depth <= deepest; depth += 4) {
        for (long i = 0; i < 1L << (deepest - depth + 2); i++) {
            struct node *tree = build(depth);
            if (size(tree) != (2L << depth) - 1) fail("a tree lost nodes");
            destroy(tree);
        }
    }
    if (size(keeper) != (2L << deepest) - 1) fail("a tree lost nodes");
    destroy(keeper);
    return 0;
}
