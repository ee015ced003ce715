// What the program is: its own functions, found in its file and without the loader, whose lock another thread may hold.

#ifndef SWIFTMALLOC_PROGRAM_SYMBOL_H
#define SWIFTMALLOC_PROGRAM_SYMBOL_H

#include <stdint.h>

/// The program's function of that name, exported or not; null when it has none, or its file has no symbols or cannot be read.
void *swiftmalloc_program_function(const char *name);

/// What is added to the addresses of the program's file; 0 when it cannot be moved.
uintptr_t swiftmalloc_program_bias(void);

/// The name of the program's function that holds the address, by its file's symbols; null when they tell none. The next
/// call writes over it.
const char *swiftmalloc_program_name_at(uintptr_t address);

/// The address of the program's section .eh_frame_hdr, when `pc` is in the program; 0 when it is not, or has none.
uintptr_t swiftmalloc_program_unwind_table(uintptr_t pc);

/// Whether the program that this library is linked into has that section.
int swiftmalloc_program_has_unwind_table(void);

/// Whether the program was linked by Go: it has a note with Go's build id.
int swiftmalloc_program_is_go(void);

/// Whether this library was preloaded into a program that it is linked into as well: then it is that one's malloc which the
/// process has.
int swiftmalloc_program_has_its_own(void);

/// The function, or null when its address is that of a jump in the program, to a function that another object defines. A program
/// at a fixed address gives such an address to a function whose address it takes, and all objects see that one then (System V
/// ABI, AMD64, 5.2). The loader is not asked.
void *swiftmalloc_unless_jump_of_program(void *function);

/// The malloc in force, when it is not ours but the program's or that of a library before us; 0 otherwise.
uintptr_t swiftmalloc_malloc_of_others(void);

#endif
