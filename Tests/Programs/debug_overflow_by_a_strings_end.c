// Proves that the commonest overflow, a string copied into strlen bytes, is found: one zero byte behind the block.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-buffer-overflow on address {ADDRESS} \(1 byte written, 0 bytes after the end of the {SIZE}-byte block at {BLOCK}, found by free\), thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:free}$
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in duplicate +.*{FILE}:{LINE:too short}$
// env: SWIFTMALLOC_DEBUG=1
// arguments: SIZE=1 SIZE=13 SIZE=16 SIZE=24 SIZE=61 SIZE=64 SIZE=100 SIZE=1000 SIZE=4000 SIZE=10000
#include "debug.h"
ARGUMENT(int, SIZE)

static NOINLINE char *duplicate(const char *text) {
    char *copy = malloc(strlen(text));  // too short
    return strcpy(hide(copy), text);
}

int main(void) {
    static char text[10000 + 1];
    memset(text, 'x', SIZE);
    char *copy = tellAddress("block", duplicate(text)), *behind = duplicate(text);
    announce(copy + SIZE);
    free(copy);  // free
    free(behind);
    return 0;
}
