// What the loader tells of code without a lock of its: while a sample is taken the program may hold
// that lock, or wait for it.

#ifndef SWIFTMALLOC_UNWIND_TABLES_H
#define SWIFTMALLOC_UNWIND_TABLES_H

#include <stdint.h>

#include "modules.h"

/// Whether modules can be found by addresses (_dl_find_object(3), of glibc 2.35 and later; under musl always). When
/// the C library can serve dlsym. The modules that are loaded by then stay.
int swiftmalloc_unwind_tables_prepare(void);

/// The address of the section .eh_frame_hdr of the module that `pc` is in; 0 when none is known. Takes no lock.
uintptr_t swiftmalloc_unwind_table(uintptr_t pc);

/// A number of the module that `pc` is in, when that came later and may be unloaded: another one
/// for another module, also at the same place. 0 of others. Takes no lock. The code at `pc` is not
/// unloaded meanwhile.
uint64_t swiftmalloc_passing_stamp(uintptr_t pc);

/// Such a module, and its segment of code that `pc` is in.
struct swiftmalloc_passing_module {
  struct swiftmalloc_module module;
  uintptr_t code_start, code_end, code_offset;
};

/// The path of its file, where it lies in the description.
static inline const char *swiftmalloc_passing_path(const struct swiftmalloc_passing_module *found) {
  return found->module.path;
}

/// Describes that module; 0 when its headers are not where the loader puts them. Takes no lock.
int swiftmalloc_passing_module(uintptr_t pc, struct swiftmalloc_passing_module *found);

#endif
