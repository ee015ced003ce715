// A program in Swift names no function of the C heap: its libraries do. Then a linker would leave the archive out.

#include "swiftmalloc.h"

#include <stdlib.h>

__attribute__((used)) static void *(*const keep)(size_t) = malloc;
