// Proves that at a crash the heap is looked at: the crash is reported first, then the damage, and the signal ends the process.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: ABRT on address 0x[0-9a-f]+ \(by the program itself: abort\), thread "
// report: in crash +.*{FILE}:{LINE:abort}$
// report: ^SUMMARY: swiftmalloc: ABRT
// report: ERROR: swiftmalloc: {KIND} on address {ADDRESS} \(.*, found by a look after the crash\)
// report: ^allocated by thread "
// report: in main +.*{FILE}:{LINE:allocation}$
// report: ^SUMMARY: swiftmalloc: {KIND}
// report-not: leak of
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_ON_ERROR=continue
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_LEAKS=1
// arguments: WAY=0,KIND=heap-buffer-overflow WAY=1,KIND=heap-buffer-underflow WAY=2,KIND=heap-use-after-free WAY=3,KIND=heap-buffer-overflow
#include "debug.h"
ARGUMENT(int, WAY)

static NOINLINE void crash(void) {
    abort();  // abort
}

int main(void) {
    size_t size = WAY == 3 ? 100001 : 40;
    char *block = malloc(size);  // allocation
    char *neighbour = malloc(40);
    long offset = WAY == 1 ? -1 : WAY == 2 ? 5 : (long)size;
    announce(block + offset);
    if (WAY == 2) free(block);
    block[offset] = 1;
    hide(neighbour);
    crash();
}
