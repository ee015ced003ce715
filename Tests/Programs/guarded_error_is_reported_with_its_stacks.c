// Proves that a read or write beside or after the life of a guarded block is reported with the stacks, wherever the block stands, and
// that the process then ends by the signal of the access.
// expect: signal 11 (SEGV)
// stderr: ^==[0-9]+==ERROR: swiftmalloc: {KIND} on address {ADDRESS} \(a {VERB}, {AT} bytes? {WHERE} the {FREED}{SIZE}-byte block at {BLOCK}\), thread "[^"]+" \([0-9]+\)$
// report: ^ +#0 0x[0-9a-f]+ in (look|change) +.*{FILE}:({LINE:read}|{LINE:write})$
// report: ^ +#1 0x[0-9a-f]+ in main 
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in allocate +.*{FILE}:{LINE:allocation}$
// report: ^SUMMARY: swiftmalloc: {KIND} .*{FILE}:[0-9]+ in (look|change)$
// stderr-count: 1
// env: SWIFTMALLOC_GUARD_SAMPLE=1 SWIFTMALLOC_PROFILE_SEED=5
// production-only: the debug heap is not sampled
// arguments: END=1,SIZE=48,OFFSET=48,FREES=0,WRITES=0 END=1,SIZE=48,OFFSET=9000,FREES=0,WRITES=1
// arguments: END=0,SIZE=100,OFFSET=-1,FREES=0,WRITES=1 END=1,SIZE=4096,OFFSET=4096,FREES=0,WRITES=0
// arguments: END=1,SIZE=48,OFFSET=-4096,FREES=0,WRITES=0 END=0,SIZE=1,OFFSET=30000,FREES=0,WRITES=0
// arguments: END=1,SIZE=64,OFFSET=3,FREES=1,WRITES=0 END=0,SIZE=64,OFFSET=63,FREES=1,WRITES=1 END=0,SIZE=3000,OFFSET=0,FREES=1,WRITES=0
#include "guarded.h"
ARGUMENT(int, END)
ARGUMENT(int, SIZE)
ARGUMENT(int, OFFSET)
ARGUMENT(int, FREES)
ARGUMENT(int, WRITES)

static NOINLINE int look(volatile char *at) { return *at; }     // read
static NOINLINE void change(volatile char *at) { *at = 0x42; }  // write
static NOINLINE char *allocate(void) {
    char *block = malloc((size_t)SIZE);  // allocation
    return hide(block);
}

int main(void) {
    char *block = tellAddress("block", GUARDED(allocate(), SIZE, END));
    announce(block + OFFSET);
    int at = OFFSET < 0 ? -OFFSET : OFFSET >= SIZE ? OFFSET - SIZE : OFFSET;
    tell("at", at);
    printf("verb=%s\nfreed=%s\n", WRITES ? "write" : "read", FREES ? "freed " : "");
    printf("where=%s\n", OFFSET < 0 ? "before" : OFFSET >= SIZE ? "after the end of" : "inside");
    printf("kind=heap-%s\n", FREES ? "use-after-free" : OFFSET < 0 ? "buffer-underflow" : "buffer-overflow");
    fflush(stdout);
    if (FREES) free(block);
    if (WRITES) change(block + OFFSET);
    else look(block + OFFSET);
    return 0;
}
