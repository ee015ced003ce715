// A function of the C library, or the kernel, writes more than the block holds.
// overflow-write: HOW=strcpy HOW=snprintf HOW=strncpy HOW=memcpy HOW=wcscpy HOW=read HOW=qsort
#include "error.h"

static const char text[] = "thirty-nine letters fit into forty bytes, these do not";
static char buffer[100];

void by_strcpy(char *block) { strcpy(block, text); }
void by_snprintf(char *block) { snprintf(block, 48, "%s", text); }
void by_strncpy(char *block) { strncpy(block, "short", 48); }
void by_memcpy(char *block) { memcpy(block, buffer, 41); }
void by_wcscpy(char *block) { wcscpy((wchar_t *)block, L"ten letter"); }
void by_read(char *block) {
    int ends[2];
    if (pipe(ends) || write(ends[1], text, 48) != 48 || read(ends[0], block, 48) == 0) abort();
}
static int ascending(const void *a, const void *b) { return (*(const int *)a > *(const int *)b) - (*(const int *)a < *(const int *)b); }
// Eleven numbers are sorted where there is place for ten: the largest comes behind the end.
void by_qsort(char *block) {
    for (int i = 0; i < 10; i++) ((int *)block)[i] = INT32_MAX - i;
    qsort(block, 11, sizeof(int), ascending);
}

int main(void) {
    char *block = inRow(40);
    CHOICE(by_, HOW)(block);
    freeRow();
    return end();
}
