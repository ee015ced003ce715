// LeakSanitizer's interface (sanitizer/lsan_interface.h and allocator_interface.h of LLVM's compiler-rt), for programs whose
// code uses it, and the same under our own names. Where the process has a sanitizer of its own, calls go on to it: blocks may be
// its own or ours, which come first in a program that loads it as a library.

#define _GNU_SOURCE
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "dynamic.h"
#include "leaks.h"
#include "libc.h"
#include "program_symbol.h"
#include "public_name.h"
#include "quiet.h"
#include "swiftmalloc.h"
#include "thread_state.h"

// In Swift.
extern int swiftmalloc_tracks_leaks(void) __attribute__((weak));
extern int swiftmalloc_ignore_leak_at(uintptr_t) __attribute__((weak));
extern void swiftmalloc_change_root(uintptr_t, size_t, int) __attribute__((weak));
extern void swiftmalloc_warn_of_enable(void) __attribute__((weak));
extern size_t swiftmalloc_allocated_size(uintptr_t, int *) __attribute__((weak));

enum call { DISABLE, ENABLE, IGNORE, REGISTER, UNREGISTER, CHECK, RECOVERABLE, INSTALL, OWNERSHIP, SIZE, CALLS };

// The sanitizer's own function: of the program itself, which comes before us, or of a library behind us. `ours` is the address
// of our function within this library, as its name may lead to another one. Null without a sanitizer.
static void *theirs(enum call which, void *ours) {
  static const char *const names[CALLS] = {
      "__lsan_disable", "__lsan_enable", "__lsan_ignore_object", "__lsan_register_root_region",
      "__lsan_unregister_root_region", "__lsan_do_leak_check", "__lsan_do_recoverable_leak_check",
      "__sanitizer_install_malloc_and_free_hooks", "__sanitizer_get_ownership", "__sanitizer_get_allocated_size"};
  static void *found[CALLS];
  static char is_known[CALLS];
  if (!swiftmalloc_sanitizer_is_present()) return NULL;
  if (!is_known[which]) {
    void *first = swiftmalloc_dlsym(RTLD_DEFAULT, names[which]);
    found[which] = first == ours ? swiftmalloc_dlsym(RTLD_NEXT, names[which]) : first;
    is_known[which] = 1;
  }
  return found[which];
}

static int tracks_leaks(void) { return &swiftmalloc_tracks_leaks && swiftmalloc_tracks_leaks(); }

// How many calls of disable are still to be ended.
static __thread unsigned depth __attribute__((tls_model("initial-exec")));

static void disable(void) {
  void (*other)(void) = (void (*)(void))theirs(DISABLE, (void *)disable);
  if (other) other();
  if (!tracks_leaks()) return;
  depth++;
  swiftmalloc_set_thread_flags(swiftmalloc_thread_flags() | SWIFTMALLOC_THREAD_IGNORES_LEAKS);
}

static void enable(void) {
  void (*other)(void) = (void (*)(void))theirs(ENABLE, (void *)enable);
  if (other) other();
  if (!tracks_leaks()) return;
  if (depth == 0) return swiftmalloc_warn_of_enable();
  if (--depth == 0) swiftmalloc_set_thread_flags(swiftmalloc_thread_flags() & ~(uintptr_t)SWIFTMALLOC_THREAD_IGNORES_LEAKS);
}

static void ignore_object(const void *block) {
  void (*other)(const void *) = (void (*)(const void *))theirs(IGNORE, (void *)ignore_object);
  if (other) other(block);
  if (tracks_leaks()) swiftmalloc_ignore_leak_at((uintptr_t)block);
}

static void register_root_region(const void *start, size_t size) {
  void (*other)(const void *, size_t) = (void (*)(const void *, size_t))theirs(REGISTER, (void *)register_root_region);
  if (other) other(start, size);
  if (tracks_leaks()) swiftmalloc_change_root((uintptr_t)start, size, 1);
}

static void unregister_root_region(const void *start, size_t size) {
  void (*other)(const void *, size_t) = (void (*)(const void *, size_t))theirs(UNREGISTER, (void *)unregister_root_region);
  if (other) other(start, size);
  if (tracks_leaks()) swiftmalloc_change_root((uintptr_t)start, size, 0);
}

static void do_leak_check(void) {
  void (*other)(void) = (void (*)(void))theirs(CHECK, (void *)do_leak_check);
  int status = swiftmalloc_check_lost(1);
  // Theirs may end the process, too.
  if (status <= 0 && other) other();
  if (status <= 0) return;
  fflush(NULL);
  swiftmalloc_end_quickly(status);
}

static int do_recoverable_leak_check(void) {
  int (*other)(void) = (int (*)(void))theirs(RECOVERABLE, (void *)do_recoverable_leak_check);
  const int ours = swiftmalloc_check_lost(0), others = other ? other() : 0;
  return ours ? ours : others;
}

// A hook would cost every malloc a look: none is ever installed.
static int install_hooks(void (*on_malloc)(const volatile void *, size_t), void (*on_free)(const volatile void *)) {
  typedef int (*function)(void (*)(const volatile void *, size_t), void (*)(const volatile void *));
  function other = (function)theirs(INSTALL, (void *)install_hooks);
  return other ? other(on_malloc, on_free) : 0;
}

static int get_ownership(const volatile void *block) {
  int (*other)(const volatile void *) = (int (*)(const volatile void *))theirs(OWNERSHIP, (void *)get_ownership);
  int is_block = 0;
  swiftmalloc_allocated_size((uintptr_t)block, &is_block);
  return is_block || !other ? is_block : other(block);
}

static size_t get_allocated_size(const volatile void *block) {
  size_t (*other)(const volatile void *) = (size_t(*)(const volatile void *))theirs(SIZE, (void *)get_allocated_size);
  int is_block = 0;
  const size_t size = swiftmalloc_allocated_size((uintptr_t)block, &is_block);
  return is_block || !other ? size : other(block);
}

#define NAMED(ours) SWIFTMALLOC_PUBLIC __attribute__((alias(#ours)))
// Weak: a program that links these sources and a sanitizer has them twice.
#define KNOWN(ours) __attribute__((visibility("default"), weak, alias(#ours)))

KNOWN(disable) void __lsan_disable(void);
KNOWN(enable) void __lsan_enable(void);
KNOWN(ignore_object) void __lsan_ignore_object(const void *);
KNOWN(register_root_region) void __lsan_register_root_region(const void *, size_t);
KNOWN(unregister_root_region) void __lsan_unregister_root_region(const void *, size_t);
KNOWN(do_leak_check) void __lsan_do_leak_check(void);
KNOWN(do_recoverable_leak_check) int __lsan_do_recoverable_leak_check(void);
KNOWN(install_hooks)
int __sanitizer_install_malloc_and_free_hooks(void (*)(const volatile void *, size_t), void (*)(const volatile void *));
KNOWN(get_ownership) int __sanitizer_get_ownership(const volatile void *);
KNOWN(get_allocated_size) size_t __sanitizer_get_allocated_size(const volatile void *);

NAMED(disable) void swiftmalloc_leaks_disable(void);
NAMED(enable) void swiftmalloc_leaks_enable(void);
NAMED(ignore_object) void swiftmalloc_ignore_object(const void *);
NAMED(register_root_region) void swiftmalloc_register_root_region(const void *, size_t);
NAMED(unregister_root_region) void swiftmalloc_unregister_root_region(const void *, size_t);
NAMED(do_leak_check) void swiftmalloc_do_leak_check(void);
NAMED(do_recoverable_leak_check) int swiftmalloc_do_recoverable_leak_check(void);

// The program's own functions of these names: exported ones come by themselves, others stand in its file's symbols.
extern int __lsan_is_turned_off(void) __attribute__((weak));
extern const char *__lsan_default_suppressions(void) __attribute__((weak));

int swiftmalloc_program_turns_leaks_off(void) {
  if (swiftmalloc_sanitizer_is_present()) return 0;
  int (*ask)(void) = __lsan_is_turned_off;
  if (!ask) ask = (int (*)(void))swiftmalloc_program_function("__lsan_is_turned_off");
  return ask && ask();
}

const char *swiftmalloc_program_suppressions(void) {
  if (swiftmalloc_sanitizer_is_present()) return NULL;
  const char *(*ask)(void) = __lsan_default_suppressions;
  if (!ask) ask = (const char *(*)(void))swiftmalloc_program_function("__lsan_default_suppressions");
  return ask ? ask() : NULL;
}
