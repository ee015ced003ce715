// A function frees its argument when it fails, and so does its caller.
// double-free:
#include "error.h"

__attribute__((noinline)) static int parse(char *text) {
    if (strchr(text, '=')) return 0;
    free(text);
    return -1;
}

int main(void) {
    char *text = hide(strdup("no assignment"));
    int failed = parse(text);
    if (failed) free(hide(text));
    return end();
}
