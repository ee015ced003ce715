// A program that is linked with the installed library: its version, a heap of its own, and whether malloc is the library's.
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <swiftmalloc.h>

int main(void) {
  const swiftmalloc_heap_options options = {.size = sizeof options, .name = "own"};
  swiftmalloc_heap *heap = swiftmalloc_heap_new(&options);
  void *block = swiftmalloc_heap_malloc(heap, 100);
  int is_own = swiftmalloc_heap_of(block) == heap;
  swiftmalloc_heap_destroy(heap);
  void *volatile other = malloc(100);
  printf("%s %d %zu\n", swiftmalloc_version(), is_own, malloc_usable_size(other));
  free(other);
  return 0;
}
