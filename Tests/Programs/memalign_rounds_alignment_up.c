// Proves that memalign rounds an alignment that is no power of two up to the next one, and gives null and EINVAL for those
// beyond the last.
// expect: exit 0
// stderr-none
// same-as-glibc
// also: DEBUG=1 LIVE=1
#include "check.h"

int main(void) {
    size_t alignments[] = {0, 1, 2, 3, 7, 8, 9, 17, 24, 31, 33, 100, 129, 1000, 4097, 5000, 65537, 100000};
    for (size_t i = 0; i < sizeof alignments / sizeof *alignments; i++) {
        size_t rounded = 16;
        while (rounded < alignments[i]) rounded *= 2;
        for (int round = 0; round < 20; round++) {
            void *block = memalign(alignments[i], 100 + (size_t)round * 50);
            CHECK(block && (uintptr_t)block % rounded == 0, "memalign(%zu) is %p", alignments[i], block);
            if (round % 2) free(block);
        }
        printf("memalign(%zu) is aligned to %zu\n", alignments[i], rounded);
    }
    size_t beyond[] = {SIZE_MAX / 2 + 2, SIZE_MAX};
    for (int i = 0; i < 2; i++) {
        errno = 0;
        void *block = memalign(beyond[i], 1);
        printf("memalign(%zx) is %s, errno %d\n", beyond[i], block ? "a block" : "null", errno);
    }
    return 0;
}
