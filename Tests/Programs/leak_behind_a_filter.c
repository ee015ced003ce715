// Proves that the leak check runs where a filter ends the process for mincore: shared memory is read without that question, and what it
// holds is no leak.
// env: SWIFTMALLOC_LEAKS=1
// expect: exit 0
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 777 bytes in 1 block$
// stderr-count: 1
// report: ^ +#0 0x[0-9a-f]+ in forget 
// report: ^SUMMARY: swiftmalloc: 777 byte\(s\) leaked in 1 allocation\(s\)\.
#include <sys/mman.h>
#include "filter.h"
#include "leak.h"

HELPER void forget(void) { hide(malloc(777)); }

HELPER void keep(void) {
    void **shared = mmap(NULL, 64 * 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(shared != MAP_FAILED, "no shared memory");
    shared[40 * 512] = malloc(555);
}

int main(int count, char **arguments) {
    hide(&count);
    startBehindFilter(arguments);
    farDown(keep);
    farDown(forget);
    clearStack();
    return 0;
}
