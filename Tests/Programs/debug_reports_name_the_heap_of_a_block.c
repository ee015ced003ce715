// Proves that a report of an error with a block of a program's own heap names the heap, also after realloc and free, in JSON, too, and
// that one of a block of the process' heap names none.
// expect: exit 0
// report: double-free on address .* \(100-byte block\)
// report: ^allocated by thread ".*\), in heap "parser":$
// report: heap-buffer-overflow on address .*300-byte block
// report: ^allocated by thread ".*\), in heap "parser":$
// report: heap-buffer-overflow on address .*40-byte block
// report: ^allocated by thread ".*\), in a heap without a name:$
// report: heap-buffer-overflow on address .*50-byte block
// report: ^allocated by thread ".*\):$
// report: double-free on address .* \(60-byte block\)
// report: ^allocated by thread ".*\):$
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_ON_ERROR=continue SWIFTMALLOC_QUARANTINE=0
// link: {LIBRARY}
#include "heap.h"

int main(void) {
    swiftmalloc_heap *parser = heap(0, "parser", 0), *other = heap(SWIFTMALLOC_HEAP_LOCAL, NULL, 0);
    void *block = hide(swiftmalloc_heap_malloc(parser, 100));
    free(block);
    free(block);
    char *grown = realloc(swiftmalloc_heap_malloc(parser, 20), 300);
    hide(grown);
    grown[300] = 1;
    free(grown);
    char *unnamed = hide(swiftmalloc_heap_calloc(other, 1, 40));
    unnamed[40] = 1;
    free(unnamed);
    char *plain = hide(malloc(50));
    plain[50] = 1;
    free(plain);
    // The address of a block of a heap comes back as one of the process'.
    void *first = swiftmalloc_heap_malloc(parser, 60), *again = NULL;
    free(hide(first));
    for (int i = 0; i < 1000 && again != first; i++) again = hide(malloc(60));
    free(again);
    free(again);
    return 0;
}
