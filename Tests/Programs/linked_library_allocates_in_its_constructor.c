// Proves that a linked library's constructor, which runs before the preloaded library's, gets good blocks.
// expect: exit 0
// stderr-none
// needs: so early_library.c
// link: {LIBRARIES}/early_library.so
// also: DEBUG=1
#include "check.h"
extern int early_blocks_are_whole(void);

int main(void) {
    CHECK(early_blocks_are_whole(), "a block of the constructor changed");
    return 0;
}
