// COUNT mallocs of SIZE bytes and as many frees, BATCH at a time (at most 1000), the newest freed first. counting.py
// counts its instructions.
#include <stdlib.h>

int main(int count, char **arguments) {
    if (count != 4) return 2;
    long pairs = atol(arguments[1]);
    size_t size = (size_t)atol(arguments[2]);
    int batch = atoi(arguments[3]);
    if (batch < 1 || batch > 1000) return 2;
    void *volatile blocks[1000];
    for (long i = 0; i < pairs / batch; i++) {
        for (int j = 0; j < batch; j++) blocks[j] = malloc(size);
        for (int j = batch - 1; j >= 0; j--) free(blocks[j]);
    }
    return 0;
}
