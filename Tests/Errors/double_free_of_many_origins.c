// The block comes from another function than malloc.
// double-free: HOW=aligned HOW=getline
#include "error.h"

void *by_aligned(void) { return aligned_alloc(256, 512); }
void *by_getline(void) {
    char *line = NULL;
    size_t size = 0;
    FILE *file = fmemopen((void *)"one line\n", 9, "r");
    if (getline(&line, &size, file) < 0) abort();
    fclose(file);
    return line;
}

int main(void) {
    void *block = hide(CHOICE(by_, HOW)());
    free(block);
    free(hide(block));
    return end();
}
