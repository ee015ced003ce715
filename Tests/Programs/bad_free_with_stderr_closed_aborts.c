// Proves that a bad free stops the process also where nobody can read why.
// expect: abort
// stderr-none
// also: DEBUG=1 LIVE=1
#include "check.h"

int main(void) {
    void *block = malloc(100);
    close(2);
    free(block);
    free(hide(block));
    return 0;
}
