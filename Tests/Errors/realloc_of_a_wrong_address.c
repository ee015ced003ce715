// realloc of an address inside of a block, or on the stack.
// invalid-free: WHAT=inner WHAT=stack
#include "error.h"

int main(void) {
    _Alignas(16) char stack[200] = {0};
    char *inner = (char *)hide(calloc(1, 300)) + 32;
    void *next = realloc(hide(WHAT), 500);
    hide(next);
    hide(stack);
    hide(inner);
    return end();
}
