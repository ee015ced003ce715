// Proves that FRAMES=N gives N frames of each stack, innermost first, and no more, where there are 200.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \(100-byte block\), thread "
// report: ^ +#0 0x[0-9a-f]+ in descend 
// report: ^ +#{LAST} 0x[0-9a-f]+ in descend 
// report: ^freed first by thread "
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in descend 
// report: ^ +#{LAST} 0x[0-9a-f]+ in descend 
// report-not: ^ +#{LIMIT} 
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_FRAMES=2
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_FRAMES=7
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_FRAMES=16
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_FRAMES=64
// env: SWIFTMALLOC_DEBUG=guard SWIFTMALLOC_FRAMES=64
#include "debug.h"
static void *block;

static NOINLINE void descend(int depth, int allocates) {
    if (depth > 0) descend(depth - 1, allocates);
    else if (allocates) block = malloc(100);
    else free(hide(block));
    hide(&depth);
}

int main(void) {
    int frames = atoi(getenv("SWIFTMALLOC_FRAMES") ? getenv("SWIFTMALLOC_FRAMES") : "16");
    tell("last", frames - 1), tell("limit", frames);
    descend(200, 1);
    announce(block);
    free(block);
    descend(200, 0);
    return 0;
}
