// Proves that a lost sparse block stays sparse: the check touches none of its pages that the program has not.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 4294967296 bytes in 1 block$
// stderr-count: 2
// report: ^  definitely lost: 4294967296 bytes in 1 block$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report: ^SUMMARY: swiftmalloc: 4294967296 byte\(s\) leaked in 1 allocation\(s\)\.$
// ulimit: -t 10
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=0
// not-compared: numbers look like pointers into its block where Valgrind puts it
#include <sys/mman.h>
#include <sys/resource.h>
#include "leak.h"
static char *held;

HELPER void build(void) {
    hide(malloc(4096 * MIB));
    held = malloc(4096 * MIB);
    held[2048 * MIB] = 1;
}

__attribute__((destructor(101))) static void late(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    CHECK(usage.ru_maxrss < 100 << 10, "%ld KiB were resident", usage.ru_maxrss);
}

int main(void) {
    // On AArch64 the kernel's first addresses are around 0xffff00000000: a pair of numbers, 0 and 65535, looks like a pointer there.
    CHECK(mmap(NULL, 16384 * MIB, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0) != MAP_FAILED, "no addresses");
    away(build);
    if (dlsym(RTLD_DEFAULT, "swiftmalloc_check_leaks") != NULL) CHECK(checkLeaks() == 1, "not one");
    return held == NULL;
}
