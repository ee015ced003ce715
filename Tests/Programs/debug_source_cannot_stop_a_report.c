// Proves that a report leaves out source that is a FIFO, a device, a folder, or a file of /proc, and does not wait for it.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS}
// report: ^    #0 0x[0-9a-f]+ in main  {PATH}:78$
// report: ^freed first by thread "
// report-not: ^[ >]+[0-9]+ \|
// variants: CASE=1 CASE=2 CASE=3 CASE=4
// env: SWIFTMALLOC_DEBUG=1
// timeout: 10
#include <sys/stat.h>
#include "debug.h"
#if CASE == 1
#define PATH "/tmp/swiftmalloc_fifo"
#elif CASE == 2
#define PATH "/dev/zero"
#elif CASE == 3
#define PATH "/tmp"
#else
#define PATH "/proc/kmsg"
#endif

int main(void) {
    if (CASE == 1) mkfifo(PATH, 0600);
    dprintf(1, "path=%s\n", PATH);
    char *block = announce(malloc(64));
    free(block);
#line 78 PATH
    free(hide(block));
    return 0;
}
