// Leak checking: a block that nothing leads to is reported at the end, with who allocated it. Those of a heap that was destroyed
// are none.
// prints: one block is lost
// reports: 40-byte|40 bytes
// run: LD_PRELOAD=$library SWIFTMALLOC_LEAKS=1 $program

#include <stdio.h>
#include <stdlib.h>

#include "swiftmalloc.h"

static void *volatile lost;

int main(void) {
  swiftmalloc_heap *heap = swiftmalloc_heap_new(NULL);
  for (int i = 0; i < 100; i++) lost = swiftmalloc_heap_malloc(heap, 100);
  swiftmalloc_heap_destroy(heap);
  lost = malloc(40);
  lost = NULL;
  puts("one block is lost");
  return 0;
}
