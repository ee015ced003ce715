// A freed object's memory is taken by a text of the attacker, and the program calls the function that the object names.
// attack: SIZE=48
#include "error.h"

struct object { void (*finish)(void); char rest[SIZE - 8]; };
static void intended(void) { sink++; }
static void unintended(void) { sink += 2; }

int main(void) {
    struct object *object = hide(malloc(sizeof *object));
    object->finish = intended;
    free(object);
    struct object *text = hide(malloc(sizeof *object));
    text->finish = unintended;
    hide(text);
    ((volatile struct object *)hide(object))->finish();
    return end();
}
