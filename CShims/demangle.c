// The body of demangle.h.

#define _GNU_SOURCE
#include "demangle.h"

#include <dlfcn.h>
#include <stdint.h>
#include <string.h>

static char *(*demangle_cxx)(const char *, char *, size_t *, int *);
static char *(*demangle_swift)(const char *, size_t, char *, size_t *, uint32_t);

void swiftmalloc_find_demanglers(void) {
  *(void **)&demangle_cxx = dlsym(RTLD_DEFAULT, "__cxa_demangle");
  *(void **)&demangle_swift = dlsym(RTLD_DEFAULT, "swift_demangle");
  if (demangle_cxx) return;
  void *library = dlopen("libstdc++.so.6", RTLD_LAZY | RTLD_LOCAL);
  if (library) *(void **)&demangle_cxx = dlsym(library, "__cxa_demangle");
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
