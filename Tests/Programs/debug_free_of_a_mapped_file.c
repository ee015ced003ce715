// Proves that a free of an address in a mapped file names the file, whatever it may be called.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: invalid-free on address {ADDRESS} \(in {PATH}\), thread "[^"]+" \([0-9]+\)$
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:bad free}$
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// variants: SHARING=MAP_PRIVATE SHARING=MAP_SHARED
#include <sys/mman.h>
#include "debug.h"

int main(void) {
    char path[4096];
    snprintf(path, sizeof path, "%s/a file with spaces", getenv("PROGRAM_SCRATCH"));
    dprintf(1, "path=%s\n", path);
    int file = open(path, O_RDWR | O_CREAT, 0600);
    CHECK(file >= 0 && ftruncate(file, 8192) == 0, "no file");
    char *area = mmap(NULL, 8192, PROT_READ | PROT_WRITE, SHARING, file, 0);
    CHECK(area != MAP_FAILED, "mmap");
    free(announce(area + 4096));  // bad free
    return 0;
}
