// Proves that a list of size classes that cannot be is named once with the reason, and that the classes of CLASS_STEPS serve then.
// expect: exit 0
// stderr: ^==[0-9]+==WARNING: swiftmalloc: option SIZE_CLASSES cannot be ".*": .+; the classes of CLASS_STEPS=4 are used$
// stderr-count: 1
// env: SWIFTMALLOC_SIZE_CLASSES=
// env: SWIFTMALLOC_SIZE_CLASSES=,
// env: SWIFTMALLOC_SIZE_CLASSES=garbage
// env: SWIFTMALLOC_SIZE_CLASSES=-16
// env: SWIFTMALLOC_SIZE_CLASSES=16,3x,64
// env: SWIFTMALLOC_SIZE_CLASSES=0,16,32,64,128,256,512,1024,2048,4096,8192,16384,32768
// env: SWIFTMALLOC_SIZE_CLASSES=16,24,32,64,128,256,512,1024,2048,4096,8192,16384,32768
// env: SWIFTMALLOC_SIZE_CLASSES=16,32,128,64,256,512,1024,2048,4096,8192,16384,32768
// env: SWIFTMALLOC_SIZE_CLASSES=16,32,64,64,128,256,512,1024,2048,4096,8192,16384,32768
// env: SWIFTMALLOC_SIZE_CLASSES=32,64,128,256,512,1024,2048,4096,8192,16384,32768
// env: SWIFTMALLOC_SIZE_CLASSES=16,32,64,128,256,512,1024,2048,4096,8192,16384
// env: SWIFTMALLOC_SIZE_CLASSES=16,32,64,128,256,512,1024,2048,4096,8192,16384,32768,32784
// env: SWIFTMALLOC_SIZE_CLASSES=16,99999999999999999999999999999999999999
// env: SWIFTMALLOC_SIZE_CLASSES=16,32,64,128,256,512,1024,2048,4096,8192,16384,32768,
// env: SWIFTMALLOC_SIZE_CLASSES=16,32,,64,128,256,512,1024,2048,4096,8192,16384,32768
// env: SWIFTMALLOC_SIZE_CLASSES=/there/is/no/such/file
// env: SWIFTMALLOC_SIZE_CLASSES=/
// env: SWIFTMALLOC_SIZE_CLASSES=/dev/null
// env: SWIFTMALLOC_SIZE_CLASSES=/dev/zero
// env: SWIFTMALLOC_OPTIONS=SIZE_CLASSES=16,32,48,purge_delay=7
// also: DEBUG=1 LIVE=1
#include "workout.h"

int main(void) {
    for (size_t size = 1; size <= 32768 && !isDebug(); size++) {
        size_t power = 16;
        while (2 * power < size) power *= 2;
        size_t part = power / 4 < 16 ? 16 : power / 4;
        void *block = malloc(size);
        size_t shortest = size <= 16 ? 16 : power + (size - power + part - 1) / part * part;
        CHECK(malloc_usable_size(block) == shortest, "malloc(%zu) has %zu bytes", size, malloc_usable_size(block));
        free(block);
    }
    workout(1, 2000);
    return 0;
}
