// Proves that what is lost is reported, once, in whatever way the process ends: return, exit, _exit, _Exit, quick_exit, by another
// thread when main has ended or sleeps.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 block$
// stderr-count: 1
// report: ^  definitely lost: 1000 bytes in 1 block$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report: ^SUMMARY: swiftmalloc: 1000 byte\(s\) leaked in 1 allocation\(s\)\.$
// arguments: HOW=0 HOW=1 HOW=2 HOW=3 HOW=4 HOW=5 HOW=6
// env: SWIFTMALLOC_LEAKS=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
#include "leak.h"
ARGUMENT(int, HOW)

int main(void) {
    lose(1000);
    endBy(HOW, 0);
    return 0;
}
