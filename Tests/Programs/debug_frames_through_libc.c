// Proves that a stack goes through functions of libc, which have no line information here, back into the program.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \(100-byte block\), thread "
// report: ^ +#0 0x[0-9a-f]+ in compare +.*{FILE}:{LINE:second free}$
// report: ^ +#1 0x[0-9a-f]+ in .*(libc|sort)
// report: ^ +#[0-9]+ 0x[0-9a-f]+ in sort +.*{FILE}:{LINE:calls qsort}$
// report: ^ +#[0-9]+ 0x[0-9a-f]+ in main 
// report: ^freed first by thread "
// report: ^allocated by thread "
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
#include "debug.h"
static void *block;

static int compare(const void *one, const void *other) {
    free(hide(block));  // second free
    return memcmp(one, other, 1);
}

static NOINLINE void sort(char *texts) {
    qsort(texts, 2, 1, compare);  // calls qsort
}

int main(void) {
    char texts[] = "ba";
    block = announce(malloc(100));
    free(block);
    sort(texts);
    return 0;
}
