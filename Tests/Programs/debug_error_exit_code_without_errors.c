// Proves that ERROR_EXIT_CODE leaves the status of a program without errors as it is.
// expect: exit 3
// stderr-none
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_ON_ERROR=continue SWIFTMALLOC_ERROR_EXIT_CODE=42
#include "debug.h"

int main(void) {
    free(malloc(100));
    return 3;
}
