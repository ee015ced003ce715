// Proves that every size gets the shortest block of SIZE_CLASSES that holds it, also where the list is one option among others, and that the
// blocks do not overlap.
// expect: exit 0
// stderr-none
// production-only: in the debug heap the usable size is the asked one
// env: SWIFTMALLOC_SIZE_CLASSES=16,32,64,80,128,256,272,512,800,1024,1040,2048,4096,4112,8192,16384,21840,32768
// env: SWIFTMALLOC_SIZE_CLASSES=16,32,64,80,128,256,272,512,800,1k,1040,2048,4096,4112,8kib,16384,21840,32768
// env: SWIFTMALLOC_OPTIONS=class_steps=8,size_classes=16,32,64,80,128,256,272,512,800,1024,1040,2048,4096,4112,8192,16384,21840,32768,purge_delay=7
// env: SWIFTMALLOC_OPTIONS=SIZE_CLASSES=16,48 SWIFTMALLOC_SIZE_CLASSES=16,32,64,80,128,256,272,512,800,1024,1040,2048,4096,4112,8192,16384,21840,32768
// also: LIVE=1
#include "check.h"

static const size_t classes[] = {16, 32, 64, 80, 128, 256, 272, 512, 800, 1024, 1040, 2048, 4096, 4112, 8192, 16384, 21840, 32768};
static unsigned char *blocks[32769][3];

int main(void) {
    int class = 0;
    for (size_t size = 0; size <= 32768; size++) {
        while (classes[class] < size) class++;
        for (int i = 0; i < 3; i++) {
            unsigned char *block = blocks[size][i] = malloc(size);
            CHECK(malloc_usable_size(block) == classes[class], "malloc(%zu) has %zu bytes", size, malloc_usable_size(block));
            fill(block, classes[class], (int)(size + i) & 255);
        }
    }
    class = 0;
    for (size_t size = 0; size <= 32768; size++) {
        while (classes[class] < size) class++;
        for (int i = 0; i < 3; i++) {
            CHECK(filled(blocks[size][i], classes[class], (int)(size + i) & 255), "a block of %zu bytes has changed", size);
            free(blocks[size][i]);
        }
    }
    return 0;
}
