// glibc: c_library.h.

#define _GNU_SOURCE
#include "c_library.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <sys/auxv.h>

#include "dynamic.h"

// `__libc_stack_end` is the loader's note of where the initial stack began: argc, argv, null, environment, null.
static char **environment(void) {
  if (!&__libc_stack_end || !__libc_stack_end) return NULL;
  uintptr_t *top = __libc_stack_end;
  return (char **)(top + 1 + top[0] + 1);
}

static uintptr_t initial_stack(void) { return &__libc_stack_end ? (uintptr_t)__libc_stack_end : 0; }

// pthread_atfork ties handlers to the library that registers them: exit takes them away while other threads may be
// between two of them. With no library they stay for the process' life.
static int watch_forks(void (*prepare)(void), void (*parent)(void), void (*child)(void)) {
  return &__register_atfork ? __register_atfork(prepare, parent, child, NULL) : ENOSYS;
}

// What C++ programs register destructors of thread-local objects with. It has no limit, unlike keys.
extern int __cxa_thread_atexit_impl(void (*)(void *), void *, void *) __attribute__((weak));
extern void *__dso_handle;

static int at_thread_end(void (*function)(void *), void *value) {
  return &__cxa_thread_atexit_impl ? __cxa_thread_atexit_impl(function, value, &__dso_handle) : ENOSYS;
}

// Old exports (libio, GLIBC_2.2.5). The lock is recursive, so fork takes it a second time.
extern void _IO_list_lock(void) __attribute__((weak));
extern void _IO_list_unlock(void) __attribute__((weak));
extern void _IO_list_resetlock(void) __attribute__((weak));

// Guarded by the lock itself.
static int is_held;

static void lock_streams(void) {
  if (!&_IO_list_lock || !&_IO_list_unlock || !&_IO_list_resetlock) return;
  _IO_list_lock();
  is_held = 1;
}

static void unlock_streams(void) {
  if (!is_held) return;
  is_held = 0;
  _IO_list_unlock();
}

static void reset_streams(void) {
  if (!is_held) return;
  is_held = 0;
  _IO_list_resetlock();
}

// Without an allocation, which would be counted in the file that a process publishes.
static void pass_streams(void) {
  lock_streams();
  unlock_streams();
}

// The list of streams, which exit(3) goes through. fflush(3) would wait for one that another thread reads from.
extern FILE *_IO_list_all __attribute__((weak));

static void flush_streams(void) {
  if (!&_IO_list_all) {
    fflush(NULL);
    return;
  }
  for (FILE *stream = _IO_list_all; stream; stream = stream->_chain)
    if (__fpending(stream) > 0) fflush_unlocked(stream);
}

extern int on_exit(void (*)(int, void *), void *) __attribute__((weak));
static void (*very_end)(int);

static void on_end(int status, void *unused) {
  (void)unused;
  very_end(status);
}

static void on_end_of_static_program(void) { very_end(-1); }

// Registered while the last destructors run, it comes after all of them: only the streams' buffers are written later. A static
// program has on_exit only where it asks for it.
static void at_very_end(void (*end)(int)) {
  very_end = end;
  if (&on_exit) on_exit(on_end, NULL);
  else if (swiftmalloc_is_static()) atexit(on_end_of_static_program);
}

// at_quick_exit(3) itself is in no shared library.
extern int __cxa_at_quick_exit(void (*)(void *), void *) __attribute__((weak));

static int at_quick_exit_of_library(void (*function)(void)) {
  return &__cxa_at_quick_exit ? __cxa_at_quick_exit((void (*)(void *))function, &__dso_handle) : ENOSYS;
}

static const struct link_map *modules(void) {
  const struct r_debug *debug = swiftmalloc_dlsym(RTLD_DEFAULT, "_r_debug");
  return debug ? debug->r_map : NULL;
}

// As struct dl_find_object of <dlfcn.h> (glibc 2.35), which older headers lack.
struct found_object {
  unsigned long long flags;
  void *start, *end;
  struct link_map *link_map;
  void *eh_frame_header;
  unsigned long long reserved[8];
};

static int (*find_object)(void *pc, struct found_object *found);

static int prepare_to_find_modules(void) {
  find_object = (__typeof__(find_object))swiftmalloc_dlsym(RTLD_DEFAULT, "_dl_find_object");
  return find_object != NULL;
}

static int find_module(uintptr_t pc, struct swiftmalloc_loaded_module *module) {
  struct found_object found = {0};
  if (!find_object || find_object((void *)pc, &found)) return 0;
  module->start = (uintptr_t)found.start;
  module->end = (uintptr_t)found.end;
  module->link_map = found.link_map;
  module->unwind_table = (uintptr_t)found.eh_frame_header;
  return 1;
}

// glibc's loader corrects what the kernel tells when it was started with the program as an argument.
static struct swiftmalloc_program_headers program_headers(void) {
  const ElfW(Phdr) *first = (const void *)getauxval(AT_PHDR);
  return (struct swiftmalloc_program_headers){first, first ? getauxval(AT_PHNUM) : 0};
}

const struct swiftmalloc_c_library swiftmalloc_glibc = {
    .environment = environment,
    .initial_stack = initial_stack,
    .watch_forks = watch_forks,
    .at_thread_end = at_thread_end,
    .lock_streams = lock_streams,
    .unlock_streams = unlock_streams,
    .reset_streams = reset_streams,
    .pass_streams = pass_streams,
    .flush_streams = flush_streams,
    .at_very_end = at_very_end,
    .at_quick_exit = at_quick_exit_of_library,
    .modules = modules,
    .prepare_to_find_modules = prepare_to_find_modules,
    .find_module = find_module,
    .program_headers = program_headers,
};
