// What differs between the C libraries under which the same file runs: glibc, which it is linked with, and musl,
// which takes the name libc.so.6 for its own and knows no versions of symbols. Each has a C file here. A function
// that only one of them has is a weak reference, which is null under the other one. Not for Swift.

#ifndef SWIFTMALLOC_C_LIBRARY_H
#define SWIFTMALLOC_C_LIBRARY_H

#include <link.h>
#include <stddef.h>
#include <stdint.h>

/// The program's headers, as they stand in memory.
struct swiftmalloc_program_headers {
  const ElfW(Phdr) *first;
  size_t count;
};

/// A module of the process, as the loader has it.
struct swiftmalloc_loaded_module {
  uintptr_t start, end;
  const struct link_map *link_map;
  /// Where its section .eh_frame_hdr is; 0 when it has none.
  uintptr_t unwind_table;
};

struct swiftmalloc_c_library {
  /// The environment when `environ` is not set yet; null when there is none.
  char **(*environment)(void);

  /// An address on the initial thread's stack; 0 when none is known.
  uintptr_t (*initial_stack)(void);

  /// pthread_atfork(3), without taking the handlers away when the process ends. 0, or an error number.
  int (*watch_forks)(void (*prepare)(void), void (*parent)(void), void (*child)(void));

  /// Makes a function run when the calling thread ends, and in exit(3) before any handler of the program's: 0, or an
  /// error number. Null where there is none such.
  int (*at_thread_end)(void (*function)(void *), void *value);

  /// The lock of the list of streams (fork.h): takes it, gives it back, makes it free in the child of a fork.
  void (*lock_streams)(void);
  void (*unlock_streams)(void);
  void (*reset_streams)(void);

  /// Takes that lock and gives it back. In a copy of the process: it may wait for ever.
  void (*pass_streams)(void);

  /// Writes what the program's streams hold, as exit(3) does in the end.
  void (*flush_streams)(void);

  /// Called when the last of this library's destructors runs in exit(3): calls `end`, behind the destructors of all
  /// libraries, with the status of the process, or −1 where that is not known.
  void (*at_very_end)(void (*end)(int status));

  /// Makes a function run in exit(3), where no library can be loaded behind it. Null where one can always be.
  int (*before_loading_ends)(void (*function)(void));

  /// at_quick_exit(3): 0 when it is registered.
  int (*at_quick_exit)(void (*function)(void));

  /// The loader's list of modules; null when it is not known. Asks dlsym(3), as all that prepares does.
  const struct link_map *(*modules)(void);

  /// Whether a module can be found by an address of its code, without a lock.
  int (*prepare_to_find_modules)(void);

  /// Finds it; 0 when there is none. Call it when that is prepared.
  int (*find_module)(uintptr_t pc, struct swiftmalloc_loaded_module *found);

  /// The headers of the program, also where its loader was started with the program as an argument: the kernel tells of the
  /// loader's then. Takes no lock.
  struct swiftmalloc_program_headers (*program_headers)(void);

  /// realloc(3) to a size of 0 gives a block, and does not free it.
  int keeps_empty_blocks;

  /// No module that was loaded ever leaves.
  int keeps_modules;
};

extern const struct swiftmalloc_c_library swiftmalloc_glibc, swiftmalloc_musl;

// Of glibc's loader, which static programs have, too; and of the rest of glibc. A linker may leave the first reference out.
extern void *__libc_stack_end __attribute__((weak));
extern int __register_atfork(void (*)(void), void (*)(void), void (*)(void), void *) __attribute__((weak));

/// The one that the process runs with.
static inline const struct swiftmalloc_c_library *swiftmalloc_c_library(void) {
  return &__libc_stack_end || &__register_atfork ? &swiftmalloc_glibc : &swiftmalloc_musl;
}

#endif
