// Proves that a suppression hides nothing that it does not match: anchors, case, comments, and what is matched to its end.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 block$
// stderr-count: 1
// report: ^  definitely lost: 1000 bytes in 1 block$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report: ^SUMMARY: swiftmalloc: 1000 byte\(s\) leaked in 1 allocation\(s\)\.$
// arguments: TEXT=0 TEXT=1 TEXT=2 TEXT=3 TEXT=4 TEXT=5 TEXT=6 TEXT=7
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// not-compared: Valgrind loses sight of a process that starts itself once more
#include "leak.h"
ARGUMENT(int, TEXT)

int main(void) {
    const char *texts[] = {
        "leak:^oseOne\n", "leak:loseOn$\n", "leak:LOSEONE\n", "leak:^loseO$\n", "#leak:loseOne\n", "leak:loseOne*x\n", "leak:lose?One\n", "",
    };
    startWithFile("SWIFTMALLOC_SUPPRESSIONS", texts[TEXT]);
    lose(1000);
    return 0;
}
