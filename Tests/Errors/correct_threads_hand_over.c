// Threads allocate, hand over and free each other's blocks; the order is kept by joining.
// correct:
#include "error.h"

static char *blocks[500];
static void *produce(void *argument) {
    for (int i = 0; i < 500; i++) {
        size_t size = (size_t)(1 + i * 13 % 5000);
        memset(blocks[i] = hide(malloc(size)), 1, size);
    }
    return argument;
}
static void *consume(void *argument) {
    for (int i = 0; i < 500; i++) {
        sink += (unsigned char)blocks[i][0];
        if (i % 3) free(blocks[i]);
        else blocks[i] = realloc(blocks[i], 8000), blocks[i][7999] = 2, free(blocks[i]);
    }
    work(2000);
    return argument;
}

int main(void) {
    for (int i = 0; i < 10; i++) inThread(produce, NULL), inThread(consume, NULL);
    return end();
}
