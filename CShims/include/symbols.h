// What stands at an address of code: function, file and line by elfutils' libdw, which is loaded when
// a report is written; else the function that the loader knows, module, offset and build id.

#ifndef SWIFTMALLOC_SYMBOLS_H
#define SWIFTMALLOC_SYMBOLS_H

#include "modules.h"

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
  /// From 1 on; 0 when it is not known.
  unsigned line;
  /// What the file's name is relative to, when it is; null when that is not known.
  const char *folder;
  /// The file that the code was loaded from, or null.
  const char *module;
  /// Whether that file's code is in the process no more.
  int is_unloaded;
  /// The address in that file's terms.
  uintptr_t offset;
  const unsigned char *build_id;
  int build_id_length;
};

/// What the symbols need of Swift.
struct swiftmalloc_symbol_helpers {
  /// Finds the module that held `address` before it was unloaded; 0 when nothing is known of one.
  int (*unloaded_module)(uintptr_t address, struct swiftmalloc_module *module);
  /// Writes a Rust name as Rust writes it; 0 when `name` is none.
  int (*demangle_rust)(const char *name, char *readable, size_t capacity);
};

/// Reports may come at the very end of exit(3): what opening needs is loaded while that is possible.
void swiftmalloc_symbols_are_wanted_at_exit(void);

/// Opens the process' symbols; allocates and takes the loader's lock. Between this and the other call
/// one thread at a time. Zero where libdw cannot be loaded: then there are no lines.
int swiftmalloc_symbols_open(struct swiftmalloc_symbol_helpers helpers);

/// Tells `body` of each function at `pc`, at least once.
void swiftmalloc_symbols_at(uintptr_t pc, void (*body)(const struct swiftmalloc_symbol *, void *),
                            void *context);

/// Tells `body` the name of a C++ type by its typeinfo's mangled name, `_ZTS` before it; as it is where nothing can read it.
void swiftmalloc_type_name(const char *mangled, void (*body)(const char *, void *), void *context);

/// Gives back what opening took.
void swiftmalloc_symbols_close(void);

#endif
