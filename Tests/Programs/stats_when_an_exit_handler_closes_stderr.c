// Proves that statistics reach standard error although an exit handler of the program's closes it.
// expect: exit 0
// stderr-any: swiftmalloc
// env: SWIFTMALLOC_STATS=1
// also: DEBUG=1 LIVE=1
#include "check.h"

static void closeStreams(void) {
    fclose(stdout);
    fclose(stderr);
}

int main(void) {
    atexit(closeStreams);
    free(malloc(100));
    return 0;
}
