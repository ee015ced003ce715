// Proves that free_sized of a freed block is found.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \([0-9]+-byte block\),
// arguments: SIZE=32 SIZE=3000 SIZE=200000
// also: DEBUG=1
#include <dlfcn.h>
#include "check.h"
ARGUMENT(int, SIZE)

int main(void) {
    void (*freeSized)(void *, size_t) = (void (*)(void *, size_t))dlsym(RTLD_DEFAULT, "free_sized");
    if (freeSized == NULL) SKIP("this C library has no free_sized");
    void *block = announce(malloc(SIZE));
    freeSized(block, SIZE);
    freeSized(hide(block), SIZE);
    return 0;
}
