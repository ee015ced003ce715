// Proves that a leak report reaches standard error although an exit handler of the program's closes it, as date, sort and their kin
// do, also when the handler opens another file in its place, into which nothing is written then.
// expect: exit 23
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 block
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23
// arguments: OTHER=0,LATE=0 OTHER=1,LATE=0 OTHER=1,LATE=1
#include <sys/stat.h>
#include "leak.h"
ARGUMENT(int, OTHER)
ARGUMENT(int, LATE)

static void closeStreams(void) {
    fclose(stdout);
    fclose(stderr);
    if (OTHER && open("/dev/null", O_RDWR) < 0) _exit(3);
}

int main(void) {
    if (!LATE) atexit(closeStreams);
    lose(1000);
    if (LATE) atexit(closeStreams);
    return 0;
}
