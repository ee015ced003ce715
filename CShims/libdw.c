// The body of libdw.h, and when the library is loaded: with the first report, or before the C library loads no more.

#define _GNU_SOURCE
#include "libdw.h"

#include "dynamic.h"
#include "libc/c_library.h"
#include "symbols.h"
#include "thread_state.h"

struct swiftmalloc_libdw swiftmalloc_libdw;

int swiftmalloc_load_libdw(void) {
  if (swiftmalloc_libdw.dwfl_begin) return 1;
  void *library = swiftmalloc_dlopen("libdw.so.1", RTLD_NOW | RTLD_LOCAL);
  if (!library) return 0;
  int missing = 0;
#define LOAD(name) missing |= !(*(void **)&swiftmalloc_libdw.name = swiftmalloc_dlsym(library, #name));
  LIBDW_FUNCTIONS(LOAD)
  if (missing) swiftmalloc_libdw.dwfl_begin = NULL;
  return !missing;
}

static void load_for_the_end(void) {
  const uintptr_t flags = swiftmalloc_thread_flags();
  swiftmalloc_set_thread_flags(flags | SWIFTMALLOC_THREAD_IS_TRACING);
  swiftmalloc_load_libdw();
  swiftmalloc_set_thread_flags(flags);
}

void swiftmalloc_symbols_are_wanted_at_exit(void) {
  const struct swiftmalloc_c_library *library = swiftmalloc_c_library();
  if (library->before_loading_ends) library->before_loading_ends(load_for_the_end);
}
