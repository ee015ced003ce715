// Proves that a report whose log file cannot be opened goes to stderr: never silence.
// expect: abort
// stderr-any: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS}( |,|$)
// env: SWIFTMALLOC_LOG=/nonexistent/folder/log.%p
// also: DEBUG=1
#include "check.h"

int main(void) {
    void *block = announce(malloc(100));
    free(block);
    free(hide(block));
    return 0;
}
