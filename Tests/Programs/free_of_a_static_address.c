// Proves that addresses in loaded objects are reported: data, zeroed data, constant, text, function, a library's function,
// and the program's arguments.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: invalid-free on address {ADDRESS}( |,|$)
// arguments: WHAT=0 WHAT=1 WHAT=2 WHAT=3 WHAT=4 WHAT=5 WHAT=6 WHAT=7
// also: DEBUG=1
#include <dlfcn.h>
#include "check.h"
ARGUMENT(int, WHAT)
static long data[100] = {1, 2, 3};
static long zeroed[100000];
static const long constant[100] = {1, 2, 3};

int main(int count, char **arguments) {
    void *addresses[] = {data,           zeroed + 50000,          (void *)constant, (void *)"a string literal that is not a block",
                         (void *)main,   dlsym(RTLD_DEFAULT, "qsort"), arguments[0],     stdout};
    free(announce(addresses[WHAT]));
    return 0;
}
