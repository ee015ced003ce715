// Proves that without memory for the check it is made all the same, or says clearly that it cannot: the process ends in order.
// stderr: ^==[0-9]+==(ERROR: swiftmalloc: leak of 1000 bytes in 1 block$|WARNING: swiftmalloc: .*leak)
// env: SWIFTMALLOC_LEAKS=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_FRAMES=0
// not-compared: Valgrind needs memory and descriptors for itself
#include <sys/mman.h>
#include <sys/resource.h>
#include "leak.h"
static void *held[20000];

HELPER void build(void) {
    for (int i = 0; i < 20000; i++) held[i] = make(100);
}

int main(void) {
    away(build);
    lose(1000);
    size_t all, here;
    statm(&all, &here);
    struct rlimit limit = {all, all};
    CHECK(setrlimit(RLIMIT_AS, &limit) == 0, "setrlimit");
    CHECK(mmap(NULL, MIB, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED, "memory is left");
    return held[0] == NULL;
}
