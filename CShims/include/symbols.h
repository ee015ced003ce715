// What stands at an address of code: function, file and line by elfutils' libdw, which is loaded when
// a report is written; else the function that the loader knows, module, offset and build id.

#ifndef SWIFTMALLOC_SYMBOLS_H
#define SWIFTMALLOC_SYMBOLS_H

#include <stddef.h>
#include <stdint.h>

/// One function at an address: the one inlined deepest comes first.
struct swiftmalloc_symbol {
  uintptr_t address;
  /// Whether it is the first one told at its address.
  int is_innermost;
  /// As the language writes it; null when nothing is known.
  const char *function;
  /// Null when there is no line information.
  const char *file;
  int line;
  /// The file that the code was loaded from, or null.
  const char *module;
  /// The address in that file's terms.
  uintptr_t offset;
  const unsigned char *build_id;
  int build_id_length;
};

/// Opens the process' symbols; allocates and takes the loader's lock. Between this and the other call
/// one thread at a time. Zero where libdw cannot be loaded: then there are no lines.
int swiftmalloc_symbols_open(void);

/// Tells `body` of each function at `pc`, at least once.
void swiftmalloc_symbols_at(uintptr_t pc, void (*body)(const struct swiftmalloc_symbol *, void *),
                            void *context);

/// Gives back what opening took.
void swiftmalloc_symbols_close(void);

#endif
