// Proves that malloc_trim(0) brings 256 MiB of freed small blocks back to the system at once, whatever the purge delay.
// expect: exit 0
// stderr-none
// production-only: the debug heap keeps freed memory in quarantine
// arguments: SIZE=48 SIZE=300 SIZE=3000 SIZE=20000
// env: SWIFTMALLOC_PURGE_DELAY=-1
// env: SWIFTMALLOC_PURGE_DELAY=10000
// also: LIVE=1
#include "check.h"
ARGUMENT(int, SIZE)

int main(void) {
    enum { lists = 64 };
    void **heads[lists] = {0};
    for (size_t i = 0; i < 256 * MIB / SIZE; i++) {
        void **block = malloc(SIZE);
        fill(block, SIZE, 1);
        *block = heads[i * 7 % lists];
        heads[i * 7 % lists] = block;
    }
    size_t peak = resident();
    for (int i = 0; i < lists; i++)
        while (heads[i]) {
            void **block = heads[i];
            heads[i] = *block;
            free(block);
        }
    CHECK(malloc_trim(0) == 1, "it says that nothing came back");
    CHECK(resident() < peak / 20, "%zu of %zu bytes stay resident", resident(), peak);
    return 0;
}
