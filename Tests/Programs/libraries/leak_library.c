// A library whose data and thread-local data hold blocks, that allocates in a function with a name of its own, and that
// frees in a destructor.
#include <stdint.h>
#include <stdlib.h>
static void *data = (void *)1, *zeroed;
static __thread void *local;
static __thread char array[3000];
static void *ownedByDestructor;

__attribute__((noinline)) void *library_make(size_t size) {
    void *block = calloc(1, size);
    __asm__ volatile("" : "+r"(block) : : "memory");
    return block;
}

void hold_in_data(void) { data = library_make(100), zeroed = library_make(101); }
void hold_in_tls(void) { local = library_make(100), array[2999] = 1; }
void hold_for_destructor(void) { ownedByDestructor = library_make(70), *(void **)ownedByDestructor = library_make(71); }
int holds(void) { return data != NULL && zeroed != NULL && local != NULL && array[0] == 0; }

__attribute__((destructor)) static void unload(void) {
    if (ownedByDestructor == NULL) return;
    free(*(void **)ownedByDestructor);
    free(ownedByDestructor);
}
