// The body of demangle.h.

#define _GNU_SOURCE
#include "demangle.h"

#include "dynamic.h"
#include "loader.h"
#include "symbols.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static char *(*demangle_cxx)(const char *, char *, size_t *, int *);
static char *(*demangle_swift)(const char *, size_t, char *, size_t *, uint32_t);

// In a static program it is there when the C++ library is.
extern char *__cxa_demangle(const char *, char *, size_t *, int *) __attribute__((weak));

void swiftmalloc_find_demanglers(void) {
  if (swiftmalloc_is_static()) {
    demangle_cxx = __cxa_demangle;
    return;
  }
  *(void **)&demangle_cxx = swiftmalloc_dlsym(RTLD_DEFAULT, "__cxa_demangle");
  *(void **)&demangle_swift = swiftmalloc_dlsym(RTLD_DEFAULT, "swift_demangle");
  if (demangle_cxx) return;
  void *library = swiftmalloc_dlopen("libstdc++.so.6", RTLD_LAZY | RTLD_LOCAL);
  if (library) *(void **)&demangle_cxx = swiftmalloc_dlsym(library, "__cxa_demangle");
}

int swiftmalloc_has_swift_demangler(void) { return demangle_swift != NULL; }

void swiftmalloc_use_swift_demangler(void *function) { *(void **)&demangle_swift = function; }

char *swiftmalloc_demangled(const char *name) {
  if (!strncmp(name, "_Z", 2) && demangle_cxx) {
    int status = 0;
    return demangle_cxx(name, NULL, NULL, &status);
  }
  const int is_swift = !strncmp(name, "$s", 2) || !strncmp(name, "$S", 2) || !strncmp(name, "_$s", 3);
  return is_swift && demangle_swift ? demangle_swift(name, strlen(name), NULL, NULL, 0) : NULL;
}

void swiftmalloc_type_name(const char *mangled, void (*body)(const char *, void *), void *context) {
  static const char prefix[] = "typeinfo name for ";
  // Without traces nobody has looked for it.
  if (!demangle_cxx && !swiftmalloc_is_loader_held()) swiftmalloc_find_demanglers();
  char *readable = swiftmalloc_demangled(mangled);
  const int is_name = readable && !strncmp(readable, prefix, sizeof prefix - 1);
  body(is_name ? readable + sizeof prefix - 1 : mangled + strlen("_ZTS"), context);
  free(readable);
}
