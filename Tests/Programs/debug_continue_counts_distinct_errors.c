// Proves what is distinct: the same kind at three places, another kind, and the same place reached in two ways.
// expect: exit 0
// report: ^==[0-9]+==SUMMARY: swiftmalloc: 24 errors, 6 distinct$
// stderr-count: 7
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_ON_ERROR=continue
// env: SWIFTMALLOC_DEBUG=guard SWIFTMALLOC_ON_ERROR=continue
#include "debug.h"

static NOINLINE void again(void *block) { free(hide(block)); }
static NOINLINE void oneWay(void *block) { again(block), hide(&block); }
static NOINLINE void otherWay(void *block) { again(block), hide(&block); }

int main(void) {
    char *block = malloc(100), *live = malloc(100);
    free(block);
    for (int i = 0; i < 4; i++) {
        free(hide(block));
        free(hide(block));
        again(block);
        oneWay(block), otherWay(block);
        free(hide(live + 16));
    }
    free(live);
    return 0;
}
