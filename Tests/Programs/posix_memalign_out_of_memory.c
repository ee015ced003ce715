// Proves that posix_memalign returns ENOMEM for sizes nobody has, also where size + alignment overflows, pointer untouched,
// errno set as by glibc; an alignment that is none leaves errno alone.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
#include "check.h"

int main(void) {
    size_t alignments[] = {8, 16, 64, 4096, 65536, 1 << 20, (size_t)1 << 30, (size_t)1 << 62};
    size_t sizes[] = {SIZE_MAX, SIZE_MAX - 15, SIZE_MAX - 4096, (size_t)PTRDIFF_MAX + 1, PTRDIFF_MAX, (size_t)1 << 60};
    for (int i = 0; i < 8; i++)
        for (int j = 0; j < 6; j++) {
            void *block = (void *)&sizes;
            errno = 0;
            CHECK(posix_memalign(&block, alignments[i], sizes[j]) == ENOMEM, "alignment %zu, size %zu", alignments[i], sizes[j]);
            CHECK(errno == ENOMEM, "errno for alignment %zu, size %zu", alignments[i], sizes[j]);
            CHECK(block == (void *)&sizes, "pointer changed for alignment %zu, size %zu", alignments[i], sizes[j]);
        }
    void *block = NULL;
    errno = 0;
    CHECK(posix_memalign(&block, 24, 100) == EINVAL && errno == 0 && !block, "EINVAL");
    return 0;
}
