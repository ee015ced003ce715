// The body of names_taken.h.

#define _GNU_SOURCE
#include "names_taken.h"

#include "dynamic.h"

#include <stddef.h>

static int have_ended;

void swiftmalloc_libraries_have_ended(void) { have_ended = 1; }

static void *object_of(void *function) {
  Dl_info information;
  return function && swiftmalloc_dladdr(function, &information) ? information.dli_fbase : NULL;
}

int swiftmalloc_file_names_are_lost(void) {
  static const char *const names[] = {"stat",  "fstat", "lstat", "stat64", "fstat64", "__fxstat", "open",  "open64",
                                      "close", "read",  "pread", "fopen",  "fclose",  "getline",  "mmap64"};
  if (!have_ended) return 0;
  void *library = swiftmalloc_dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
  if (!library) return 0;
  int is_lost = 0;
  for (size_t index = 0; index < sizeof names / sizeof *names && !is_lost; index++) {
    void *in_force = swiftmalloc_dlsym(RTLD_DEFAULT, names[index]), *original = swiftmalloc_dlsym(library, names[index]);
    is_lost = original && object_of(in_force) != object_of(original);
  }
  dlclose(library);
  return is_lost;
}
