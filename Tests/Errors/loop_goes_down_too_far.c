// Trailing blanks are removed, or looked for, in a text that has nothing else, and the loop does not end at the start.
// underflow-write: ACCESS=cut
// underflow-read: ACCESS=look
#include "error.h"

static void cut(volatile char *place) { *place = 0; }
static void look(volatile char *place) { sink += (unsigned char)*place; }

int main(void) {
    char *text = inRow(24);
    memset(text, ' ', 23), text[23] = 0;
    hide(cut), hide(look);
    for (long i = 22; i >= -1; i--) ACCESS(text + i);
    freeRow();
    return end();
}
