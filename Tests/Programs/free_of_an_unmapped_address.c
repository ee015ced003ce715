// Proves that an address where nothing is mapped any more is reported.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: invalid-free on address {ADDRESS}( |,|$)
// arguments: SIZE=4096 SIZE=300000 SIZE=80000000
// also: DEBUG=1
#include <sys/mman.h>
#include "check.h"
ARGUMENT(int, SIZE)

int main(void) {
    free(malloc(SIZE));
    char *area = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(area, SIZE);
    free(announce(area));
    return 0;
}
