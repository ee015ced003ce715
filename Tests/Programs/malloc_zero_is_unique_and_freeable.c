// Proves that malloc(0), calloc(0, n) and calloc(n, 0) give distinct blocks that free takes back.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
#include "check.h"

int main(void) {
    void *blocks[3000];
    for (int i = 0; i < 3000; i++) {
        blocks[i] = i % 3 == 0 ? malloc(0) : i % 3 == 1 ? calloc(0, 77) : calloc(77, 0);
        CHECK(blocks[i] != NULL, "block %d of no bytes is null", i);
    }
    for (int i = 0; i < 3000; i++)
        for (int j = 0; j < i; j++) CHECK(blocks[i] != blocks[j], "%d and %d are both %p", i, j, blocks[i]);
    for (int i = 0; i < 3000; i++) free(blocks[i]);
    return 0;
}
