// A member of a structure is freed after the structure.
// invalid-free: SIZE=120
#include "error.h"

int main(void) {
    char *block = hide(calloc(1, SIZE));
    free(block);
    free(hide(block + 32));
    return end();
}
