// What the program is: its own functions, found in its file and without the loader, whose lock another thread may hold.

#ifndef SWIFTMALLOC_PROGRAM_SYMBOL_H
#define SWIFTMALLOC_PROGRAM_SYMBOL_H

#include <stdint.h>

/// The program's function of that name, exported or not; null when it has none, or its file has no symbols or cannot be read.
void *swiftmalloc_program_function(const char *name);

/// Whether the program was linked by Go: it has a note with Go's build id.
int swiftmalloc_program_is_go(void);

/// The function, or null when its address is that of a jump in the program, to a function that another object defines. A program
/// at a fixed address gives such an address to a function whose address it takes, and all objects see that one then (System V
/// ABI, AMD64, 5.2). The loader is not asked.
void *swiftmalloc_unless_jump_of_program(void *function);

/// The malloc in force, when it is not ours but the program's or that of a library before us; 0 otherwise.
uintptr_t swiftmalloc_malloc_of_others(void);

#endif
