// The place for the head of a structure with a flexible array was forgotten.
// overflow-write:
#include "error.h"

struct message { size_t length; char text[]; };

int main(void) {
    struct message *message = hide(malloc(64));
    message->length = 64;
    put(message->text, 0, message->length, 0x41);
    free(message);
    return end();
}
