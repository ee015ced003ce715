// Frees a block twice: what a report of the installed library tells of it.
#include <stdlib.h>

__attribute__((noinline)) static void *make(void) { return malloc(64); }
__attribute__((noinline)) static void once(void *p) { free(p); }
__attribute__((noinline)) static void twice(void *p) { free(p); }

int main(void) {
  void *volatile p = make();
  once(p);
  twice(p);
  return 0;
}
