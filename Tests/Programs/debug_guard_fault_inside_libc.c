// Proves that in guard mode a copy that reads over the end is caught inside libc's function and traced to its caller.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-buffer-overflow on address 0x[0-9a-f]+ \(a {VERB}, [0-9]+ bytes after the end of the 4096-byte block at {BLOCK}\), thread "
// report: ^ +#0 0x[0-9a-f]+ in .*(mem|libc)
// report: ^ +#1 0x[0-9a-f]+ in copy +.*{FILE}:{LINE:memcpy}$
// report: ^ +#2 0x[0-9a-f]+ in main 
// report: ^allocated by thread "
// env: SWIFTMALLOC_DEBUG=guard
// arguments: VERB=read,READS=1 VERB=write,READS=0
#include "debug.h"
ARGUMENT(int, READS)
static char other[8192];

static NOINLINE void copy(void *to, const void *from) {
    memcpy(to, from, 5000);  // memcpy
    hide(to);
}

int main(void) {
    char *block = tellAddress("block", malloc(4096));
    fill(block, 4096, 1);
    if (READS) copy(other, hide(block));
    else copy(hide(block), other);
    return 0;
}
