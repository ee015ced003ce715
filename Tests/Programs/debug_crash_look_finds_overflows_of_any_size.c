// Proves that the look after a crash finds an overflow, or a write to a freed block, whatever the block's size: what the report of
// the crash itself allocates and frees beside the program's blocks, for files and lines, does not mend the damage.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: ABRT on address
// report: ERROR: swiftmalloc: {KIND} on address {ADDRESS} \(1 byte written.* {SIZE}-byte block at 0x[0-9a-f]+, found by a look after the crash\)
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_ON_ERROR=continue
// arguments: SIZE=16,FREED=0 SIZE=32,FREED=0 SIZE=64,FREED=0 SIZE=112,FREED=0 SIZE=500,FREED=0 SIZE=32,FREED=1 SIZE=112,FREED=1
#include "debug.h"
ARGUMENT(int, SIZE)
ARGUMENT(int, FREED)

int main(void) {
    char *block = hide(malloc(SIZE));
    char *wrong = FREED ? block + SIZE / 2 : block + SIZE;
    dprintf(1, "kind=heap-%s\n", FREED ? "use-after-free" : "buffer-overflow");
    announce(wrong);
    if (FREED) free(block);
    *(volatile char *)wrong = 1;
    abort();
}
