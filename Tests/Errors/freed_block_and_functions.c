// A function of the C library, or the kernel, writes into a freed block or reads it.
// freed-write: HOW=strcpy HOW=read HOW=buffer
// freed-read: HOW=strlen HOW=getenv
#include "error.h"

void by_strcpy(char *block) { strcpy(block, "a text"); }
void by_read(char *block) {
    int ends[2];
    if (pipe(ends) || write(ends[1], "some bytes", 10) != 10 || read(ends[0], block, 10) == 0) abort();
}
// The buffer of a stream is freed before the stream is closed.
static FILE *file;
void prepare_buffer(char *block) {
    file = fopen("/dev/null", "w");
    setvbuf(file, block, _IOFBF, 300);
}
void by_buffer(char *block) {
    fputs("a text into the buffer", file);
    hide(block);
}
void by_strlen(char *block) { sink += strlen(block); }
void prepare_getenv(char *block) {
    strcpy(block, "A_NAME=value");
    putenv(block);
}
void by_getenv(char *block) {
    sink += (unsigned long)getenv("ANOTHER_NAME");
    hide(block);
}
#define prepare_strcpy(block)
#define prepare_read(block)
#define prepare_strlen(block)

int main(void) {
    char *block = inRow(300);
    memset(block, 'x', 299), block[299] = 0;
    CHOICE(prepare_, HOW)(block);
    free(block), row[rowLength / 2] = NULL;
    CHOICE(by_, HOW)(block);
    freeRow();
    return end();
}
