// Proves that a second free is found while malloc keeps the block for one of its next calls.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \({SIZE}-byte block\)
// arguments: SIZE=16 SIZE=64 SIZE=512
// also: DEBUG=1
#include "check.h"
ARGUMENT(int, SIZE)

int main(void) {
    // More than a word of block bits has. When the second word's blocks are used up, malloc claims what was freed in the first one.
    void *blocks[100];
    for (int index = 0; index < 100; index++) CHECK((blocks[index] = malloc(SIZE)) != NULL, "no block");
    announce(blocks[20]);
    for (int index = 10; index <= 20; index++) free(blocks[index]);
    void *volatile next = NULL;
    for (int index = 0; index < 40 && next != blocks[10]; index++) next = malloc(SIZE);
    free(hide(blocks[20]));
    return 0;
}
