// A byte behind the end of a block is written that is never freed; the program returns from main, or leaves by _exit.
// overflow-write: LEAVE=return LEAVE=_exit
#include "error.h"

int main(void) {
    void *block = inRow(72);
    put(block, 72, 1, 0x41);
    LEAVE (end());
}
