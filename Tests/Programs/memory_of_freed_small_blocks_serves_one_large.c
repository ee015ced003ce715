// Proves that, when small blocks have taken all the address space and were freed, one block of half of it can be had.
// expect: exit 0
// stderr-none
// production-only: the debug heap keeps the addresses of freed small blocks for small blocks
// ulimit: -v 1000000
// arguments: SIZE=100 SIZE=3000 SIZE=20000 SIZE=100000
// also: LIVE=1
#include "check.h"
ARGUMENT(int, SIZE)
struct node { struct node *next; };

int main(void) {
    struct node *all = NULL, *node;
    size_t bytes = 0;
    while ((node = malloc(SIZE))) node->next = all, all = node, bytes += SIZE;
    CHECK(errno == ENOMEM && bytes > 300 * MIB, "only %zu bytes", bytes);
    while ((node = all)) all = node->next, free(node);
    char *large = calloc(1, bytes / 2);
    CHECK(large != NULL, "no block of %zu bytes", bytes / 2);
    for (size_t at = 0; at < bytes / 2; at += 4096) CHECK(large[at] == 0, "not zero at %zu", at);
    free(large);
    return 0;
}
