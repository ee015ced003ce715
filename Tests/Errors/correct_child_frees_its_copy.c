// A forked child frees, as its parent does: each its own copy.
// correct:
#include "error.h"

int main(void) {
    void *small = inRow(100), *large = hide(malloc(200000));
    pid_t child = fork();
    freeRow();
    free(large);
    work(1000);
    hide(small);
    if (child == 0) _exit(0);
    int status = 1;
    waitpid(child, &status, 0);
    return status ? 1 : end();
}
