// The loader's functions that find code by name. A program that is linked statically has no loader: they find nothing there.
// The names are weak, so that they do not bring the C library's own into such a program, of which its linker warns.

#ifndef SWIFTMALLOC_DYNAMIC_H
#define SWIFTMALLOC_DYNAMIC_H

#include <dlfcn.h>
#include <stddef.h>

#include "image.h"

#pragma weak dlsym
#pragma weak dladdr
#pragma weak dlclose

/// dlsym(3); null in a static program.
static inline __attribute__((always_inline)) void *swiftmalloc_dlsym(void *library, const char *name) {
  return swiftmalloc_is_static() ? NULL : dlsym(library, name);
}

/// dlopen(3); null in a static program, whose linker would warn of the mere name.
static inline void *swiftmalloc_dlopen(const char *name, int mode) {
  void *(*open)(const char *, int) = (void *(*)(const char *, int))swiftmalloc_dlsym(RTLD_DEFAULT, "dlopen");
  return open ? open(name, mode) : NULL;
}

/// dladdr(3); 0 in a static program.
static inline int swiftmalloc_dladdr(const void *address, Dl_info *information) {
  return swiftmalloc_is_static() ? 0 : dladdr(address, information);
}

#endif
