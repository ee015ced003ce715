// What the program is: its own functions, found in its file and without the loader, whose lock another thread may hold.

#ifndef SWIFTMALLOC_PROGRAM_SYMBOL_H
#define SWIFTMALLOC_PROGRAM_SYMBOL_H

#include <stdint.h>

/// The program's function of that name, exported or not; null when it has none, or its file has no symbols or cannot be read.
void *swiftmalloc_program_function(const char *name);

/// Whether the program was linked by Go: it has a note with Go's build id.
int swiftmalloc_program_is_go(void);

/// The malloc in force, when it is not ours but the program's or that of a library before us; 0 otherwise.
uintptr_t swiftmalloc_malloc_of_others(void);

#endif
