// The demanglers of C++ and Swift that a process has.

#ifndef SWIFTMALLOC_DEMANGLE_H
#define SWIFTMALLOC_DEMANGLE_H

/// Looks for both; loads the C++ library when the program has none.
void swiftmalloc_find_demanglers(void);

int swiftmalloc_has_swift_demangler(void);

/// The function `swift_demangle` of a program that keeps its runtime's names to itself.
void swiftmalloc_use_swift_demangler(void *function);

/// The name as C++ or Swift writes it, to be freed; null when it is not mangled, or nothing can read it.
char *swiftmalloc_demangled(const char *name);

#endif
