// A library loaded with RTLD_DEEPBIND: its malloc and free are libc's, whatever is preloaded.
#include <stdlib.h>
#include <string.h>

void *give(size_t size) {
    void *block = malloc(size);
    if (block) memset(block, 0x6b, size);
    return block;
}

void take(void *block) { free(block); }

int churn(int count) {
    void *blocks[100] = {0};
    for (int i = 0; i < count; i++) {
        free(blocks[i % 100]);
        blocks[i % 100] = give((size_t)(i * 31 % 5000));
        if (blocks[i % 100] == NULL) return -1;
    }
    for (int i = 0; i < 100; i++) free(blocks[i]);
    return count;
}
