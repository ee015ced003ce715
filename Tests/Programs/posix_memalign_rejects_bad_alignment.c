// Proves that posix_memalign answers EINVAL for every alignment that is no power of two times sizeof(void *), with errno
// and the caller's pointer untouched.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
#include "check.h"

int main(void) {
    size_t bad[] = {0, 1, 2, 3, 4, 5, 7, 12, 24, 48, 100, 1000, 4095, 4097, 12288, SIZE_MAX, SIZE_MAX - 7, SIZE_MAX / 2};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        void *block = (void *)&bad;
        errno = 4321;
        CHECK(posix_memalign(&block, bad[i], 64) == EINVAL, "alignment %zu was taken", bad[i]);
        CHECK(errno == 4321, "errno changed for alignment %zu", bad[i]);
        CHECK(block == (void *)&bad, "pointer changed for alignment %zu", bad[i]);
    }
    return 0;
}
