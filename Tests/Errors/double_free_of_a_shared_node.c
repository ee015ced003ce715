// A node is in two lists, and both lists are freed.
// double-free:
#include "error.h"

struct node { struct node *next; int value; };

static struct node *push(struct node *list, int value) {
    struct node *node = malloc(sizeof *node);
    *node = (struct node){list, value};
    return node;
}
static void freeList(struct node *list) {
    while (list) {
        struct node *next = list->next;
        free(list);
        list = hide(next);
    }
}

int main(void) {
    struct node *shared = push(NULL, 1), *one = push(hide(shared), 2), *other = push(NULL, 3);
    freeList(one);
    // Its value would do; the whole node was kept.
    free(other);
    free(hide(shared));
    return end();
}
