// Structures that are used after their free: a list that is walked while it is freed, a count of references, a function
// that is called through the freed object, a stream that is closed.
// freed-read: HOW=list HOW=callback HOW=stream
// freed-write: HOW=count
#include "error.h"

struct object { long references; struct object *next; void (*finish)(struct object *); long number; };
static void nothing(struct object *object) { hide(object); }
static struct object *make(struct object *next) {
    struct object *object = malloc(sizeof *object);
    *object = (struct object){1, next, nothing, 1};
    return hide(object);
}

void use_list(void) {
    struct object *list = make(make(make(NULL)));
    for (int i = 0; i < 3; i++) {
        free(list);
        list = ((volatile struct object *)hide(list))->next;
    }
}
void use_callback(void) {
    struct object *object = make(NULL);
    free(object);
    ((volatile struct object *)hide(object))->finish(NULL);
}
void use_count(void) {
    struct object *object = make(NULL);
    free(object);
    ((volatile struct object *)hide(object))->references--;
}
void use_stream(void) {
    FILE *file = fopen("/dev/null", "w");
    fclose(file);
    sink += (unsigned long)ferror(hide(file));
}

int main(void) {
    CHOICE(use_, HOW)();
    return end();
}
