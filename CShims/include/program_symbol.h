// What the program's file tells of it, without the loader, whose lock another thread may hold.

#ifndef SWIFTMALLOC_PROGRAM_SYMBOL_H
#define SWIFTMALLOC_PROGRAM_SYMBOL_H

/// The program's function of that name, exported or not; null when it has none, or its file has no symbols or cannot be read.
void *swiftmalloc_program_function(const char *name);

/// Whether the program was linked by Go: it has a note with Go's build id.
int swiftmalloc_program_is_go(void);

#endif
