// A block is put twice into an allocator's list of free blocks, behind its guards: after its cache is full with others,
// another block lies between. Two later blocks are the same memory then. ("fastbin dup")
// attack: SIZE=40
#include "error.h"

int main(void) {
    void *filler[7], *a, *b;
    for (int i = 0; i < 7; i++) filler[i] = malloc(SIZE);
    a = hide(calloc(1, SIZE)), b = hide(calloc(1, SIZE));
    for (int i = 0; i < 7; i++) free(filler[i]);
    free(a);
    free(b);
    free(hide(a));
    for (int i = 0; i < 10; i++) sink += (unsigned long)calloc(1, SIZE);
    return end();
}
