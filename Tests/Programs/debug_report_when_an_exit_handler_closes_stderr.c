// Proves that what is found at exit is said on standard error although an exit handler of the program's closes it.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-buffer-overflow on address 0x[0-9a-f]+ \(.*100-byte block at 0x[0-9a-f]+, found by exit\)
// report: ^SUMMARY: swiftmalloc: heap-buffer-overflow
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_STATS=1
#include "debug.h"

static void closeStreams(void) {
    fclose(stdout);
    fclose(stderr);
}

int main(void) {
    char *block = malloc(100);
    atexit(closeStreams);
    *(volatile char *)hide(block + 100) = 1;
    return 0;
}
