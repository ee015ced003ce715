// A forked child frees what its parent freed before.
// double-free:
#include "error.h"

int main(void) {
    void *block = hide(malloc(60));
    free(block);
    pid_t child = fork();
    if (child == 0) {
        free(hide(block));
        _exit(0);
    }
    int status = 1;
    waitpid(child, &status, 0);
    return status ? 1 : end();
}
