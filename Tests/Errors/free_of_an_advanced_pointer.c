// The pointer that walked over the text is freed, not the one to its start.
// invalid-free:
#include "error.h"

int main(void) {
    char *text = strdup("   indented by three");
    while (*text == ' ') text++;
    free(hide(text));
    return end();
}
