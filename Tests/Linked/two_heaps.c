// Allocates itself, and lets the C library allocate.
#include <stdlib.h>
#include <string.h>

int main(void) {
  free(malloc(100));
  return strdup("copy") == NULL;
}
