// An address in zeroed data lies in memory that has no name: the report names the program all the same.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: invalid-free on address {ADDRESS} \(in /.*/debug_free_of_zeroed_data_names_the_program[^/]*\), thread
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
#include "check.h"

static char zeroed[1 << 20];

int main(void) {
  char *address = hide(zeroed + sizeof zeroed / 2);
  announce(address);
  free(address);
  return 0;
}
