// Allocates, with a frame of some length.
#include <stdlib.h>
#include <string.h>

void *give(size_t size) {
    volatile char frame[200];
    memset((char *)frame, 1, sizeof frame);
    char *block = malloc(size + (size_t)frame[7] - 1);
    frame[3] = 0;
    return block;
}
