// Proves that ERROR_EXIT_CODE is the status after errors that the program went on after, however it ends, and not of children
// without errors of their own.
// expect: exit 42
// stderr: ERROR: swiftmalloc: {KIND}
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_ON_ERROR=continue SWIFTMALLOC_ERROR_EXIT_CODE=42
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23 SWIFTMALLOC_ON_ERROR=continue SWIFTMALLOC_ERROR_EXIT_CODE=42
// arguments: END=0,KIND=double-free END=1,KIND=double-free END=2,KIND=double-free END=3,KIND=heap-buffer-underflow
#include <sys/wait.h>
#include "debug.h"
ARGUMENT(int, END)

static int statusOf(pid_t child) {
    int status = -1;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int main(void) {
    char *block = malloc(100000);
    if (END == 3) {
        // At exit it is found by the canary bytes.
        block = malloc(96);
        *(volatile char *)hide(block - 1) = 1;
        return 3;
    }
    free(block);
    free(hide(block));
    pid_t child = fork();
    if (child == 0) exit(7);
    CHECK(statusOf(child) == 7, "a child of fork has its parent's status");
    child = vfork();
    if (child == 0) _exit(8);
    CHECK(statusOf(child) == 8, "a child of vfork has its parent's status");
    if (END == 1) _exit(3);
    if (END == 2) quick_exit(3);
    return 3;
}
