// The program and the libraries that the loader has loaded: where each lies, its file and its build id.

#ifndef SWIFTMALLOC_MODULES_H
#define SWIFTMALLOC_MODULES_H

#include <stdint.h>

/// 256 bytes.
struct swiftmalloc_module {
  /// Its addresses, from the first segment's page to the end of the last segment.
  uintptr_t start, end;
  /// The build id (a note that linkers write); length 0 when it has none.
  unsigned build_id_length;
  unsigned char build_id[32];
  /// The file; its name alone when the path is too long.
  char path[204];
};

/// Finds the module that holds `address`; 0 when it is in none. Takes the loader's lock; keeps errno.
int swiftmalloc_module_at(uintptr_t address, struct swiftmalloc_module *module);

/// Copies the build id out of `length` bytes of ELF notes; false when there is none.
int swiftmalloc_take_build_id(const void *notes, uintptr_t length,
                              struct swiftmalloc_module *module);

#endif
