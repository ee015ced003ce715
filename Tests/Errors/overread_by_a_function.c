// A function of the C library, or the kernel, reads more than the block holds.
// overflow-read: HOW=strlen HOW=memcpy HOW=memcmp HOW=write HOW=printf
#include "error.h"

enum { size = 64 };
static char buffer[1000];

void by_strlen(char *block) { sink += strlen(block); }
void by_memcpy(char *block) { memcpy(buffer, block, 500); }
void by_memcmp(char *block) {
    memset(buffer, 'x', size);
    sink += (unsigned long)memcmp(block, buffer, 65);
}
void by_write(char *block) {
    int ends[2];
    if (pipe(ends)) abort();
    sink += (unsigned long)write(ends[1], block, 500);
}
void by_printf(char *block) {
    FILE *file = fopen("/dev/null", "w");
    fprintf(file, "%s", block);
    fclose(file);
}

int main(void) {
    char *block = inRow(size);
    memset(block, 'x', size);
    CHOICE(by_, HOW)(block);
    freeRow();
    return end();
}
