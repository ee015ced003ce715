// Proves that a free of memory of the program itself names its file: data, zeroed data, constants, text, code.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: invalid-free on address {ADDRESS} \(in /.*debug_free_of_static_memory[^)]*\), thread "[^"]+" \([0-9]+\)$
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:bad free}$
// report: ^SUMMARY: swiftmalloc: invalid-free .*{FILE}:{LINE:bad free} in main$
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// arguments: WHAT=0 WHAT=1 WHAT=2 WHAT=3 WHAT=4
#include "debug.h"
ARGUMENT(int, WHAT)
static long data[100] = {1, 2, 3};
static long zeroed[100];
static const long constant[100] = {1, 2, 3};

int main(void) {
    const void *addresses[] = {data, zeroed + 50, constant, "a string literal that is no block", (const void *)main};
    free(announce((void *)addresses[WHAT]));  // bad free
    return 0;
}
