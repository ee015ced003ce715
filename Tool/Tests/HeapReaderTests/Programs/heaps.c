// Holds blocks of heaps of its own, which it lists on standard output: a line "address size heap" for each, "ready" at the end. It
// ends with its standard input.
#include <dlfcn.h>
#include <malloc.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "swiftmalloc.h"

extern swiftmalloc_heap *swiftmalloc_heap_new(const swiftmalloc_heap_options *) __attribute__((weak));
extern void *swiftmalloc_heap_malloc(swiftmalloc_heap *, size_t) __attribute__((weak));
extern void swiftmalloc_heap_free(swiftmalloc_heap *, void *) __attribute__((weak));

static swiftmalloc_heap *make(const char *name, unsigned flags, size_t limit) {
  swiftmalloc_heap_options options = {.size = sizeof options, .name = name, .flags = flags, .limit = limit};
  return swiftmalloc_heap_new(&options);
}

static void fill(swiftmalloc_heap *heap, const char *name) {
  static const size_t sizes[] = {1, 24, 100, 500, 3000, 100000, 300000, 5 << 20};
  for (int index = 0; index < 400; index++) {
    void *block = swiftmalloc_heap_malloc(heap, sizes[index % (index < 16 ? 8 : 5)]);
    if (index % 3 == 1)
      swiftmalloc_heap_free(heap, block);
    else
      printf("%#zx %zu %s\n", (uintptr_t)block, malloc_usable_size(block), name);
  }
}

static void *work(void *heap) {
  fill(heap, "shared");
  return NULL;
}

int main(void) {
  setvbuf(stdout, malloc(1 << 16), _IOFBF, 1 << 16);
  swiftmalloc_heap *shared = make("shared", 0, 0);
  fill(shared, "shared");
  pthread_t thread;
  pthread_create(&thread, NULL, work, shared);
  pthread_join(thread, NULL);
  fill(make("limited", 0, 15 << 20), "limited");
  fill(make("local", SWIFTMALLOC_HEAP_LOCAL, 0), "local");
  fill(make("bump", SWIFTMALLOC_HEAP_BUMP, 0), "bump");
  fill(make("", SWIFTMALLOC_HEAP_BUMP | SWIFTMALLOC_HEAP_LOCAL, 0), "unnamed");
  printf("ready\n");
  fflush(stdout);
  char byte;
  while (read(0, &byte, 1) > 0) {}
  _exit(0);
}
