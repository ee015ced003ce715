// Proves that with BLOCK_SIZES the statistics in JSON have the number of blocks of each size at the peak, when they are long gone.
// expect: exit 0
// report: "sizes":\{"blockBytes":[0-9]+,"requestedBytes":[0-9]+,"counts":\[\[16,[0-9]+\].*\[3600,(49[2-9][0-9]|5000)\].*\]\},"threads
// env: SWIFTMALLOC_STATS=json SWIFTMALLOC_BLOCK_SIZES=1 SWIFTMALLOC_LOG={TMP}/log
#include "check.h"

static void *blocks[5000];

int main(void) {
    hide(malloc(1));
    for (int i = 0; i < 5000; i++) blocks[i] = malloc(3590);
    for (int i = 0; i < 5000; i++) free(blocks[i]);
    return 0;
}
