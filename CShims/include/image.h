// Where this library lies: as an object of its own, or within a program that is linked with libswiftmalloc.a. There its
// code and data stand in sections of their own between those of the program (Scripts/archive.sh).

#ifndef SWIFTMALLOC_IMAGE_H
#define SWIFTMALLOC_IMAGE_H

#include <stdint.h>

// The first byte of this library's code and the one behind it. In the archive they are symbols of its own section.
extern const char __ehdr_start[] __attribute__((visibility("hidden")));
extern const char etext[] __attribute__((visibility("hidden")));

/// Whether `pc` is in this library's own code.
static inline __attribute__((always_inline)) int swiftmalloc_is_own_code(uintptr_t pc) {
  return pc - (uintptr_t)__ehdr_start < (uintptr_t)etext - (uintptr_t)__ehdr_start;
}

/// Where this library's data lie, one range for each index from 0 on, from the first byte to behind the last; 0 when there
/// are no more.
int swiftmalloc_own_data(int index, uintptr_t *start, uintptr_t *end);

/// Whether the library is linked into the program, from libswiftmalloc.a.
int swiftmalloc_is_linked_in(void);

/// Whether the program is linked statically: it has no dynamic loader (no PT_INTERP, System V gABI), and so nothing can be
/// loaded and no symbol can be asked for. Only a library that is linked in can be in such a program.
int swiftmalloc_is_static(void);

#endif
