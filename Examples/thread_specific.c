// A thread that behaves otherwise: all that it allocates, in libraries, too, comes from a heap of its own.
// prints: "a string" lies in the heap of the special thread: 1
// prints: "a string" lies in the process' heap: 1

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "swiftmalloc.h"

static swiftmalloc_heap *special_heap;

static void show(const char *where, swiftmalloc_heap *expected) {
  char *copy = strdup("a string");
  printf("\"%s\" lies in %s: %d\n", copy, where, swiftmalloc_heap_of(copy) == expected);
  free(copy);
}

static void *special(void *argument) {
  swiftmalloc_heap_set_current(special_heap);
  show("the heap of the special thread", special_heap);
  swiftmalloc_heap_set_current(NULL);
  return argument;
}

int main(void) {
  setbuf(stdout, NULL);
  swiftmalloc_heap_options options = {.size = sizeof options, .name = "special", .limit = 64 << 20};
  special_heap = swiftmalloc_heap_new(&options);
  pthread_t thread;
  pthread_create(&thread, NULL, special, NULL);
  pthread_join(thread, NULL);
  show("the process' heap", NULL);
  swiftmalloc_heap_destroy(special_heap);
  return 0;
}
