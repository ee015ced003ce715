// A copy of a text is made without place for its end. The length is a multiple of 8: there is no padding for it.
// overflow-write: LETTERS=24 LETTERS=1000
#include "error.h"

int main(void) {
    static char text[LETTERS + 1];
    memset(text, 'x', LETTERS);
    row[0] = hide(malloc(strlen(text))), row[1] = malloc(LETTERS);
    strcpy(row[0], text);
    freeRow();
    return end();
}
