// A handler at exit frees what main freed.
// double-free:
#include "error.h"

static void *block;
static void finish(void) { free(hide(block)); }

int main(void) {
    atexit(finish);
    block = hide(malloc(500));
    free(block);
    return end();
}
