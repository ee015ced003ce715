// musl: c_library.h.
//
//   exit(3)    handlers of atexit, the last one first ─ destructors of libraries, ours behind all others ─ streams ─ exit_group
//
// A preloaded library is the first whose constructors run, so that its destructors are the last. The first call of
// malloc comes from them: the loader and the C library have a malloc of their own, which no other one replaces.

#define _GNU_SOURCE
#include "c_library.h"

#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>

#include "dynamic.h"
#include "system_call.h"

// `environ` is set before any constructor runs.
static char **environment(void) { return NULL; }

// Sixteen random bytes, which the kernel puts there.
static uintptr_t initial_stack(void) { return getauxval(AT_RANDOM); }

// glibc has this one in no shared library, or for old programs alone.
extern __typeof__(pthread_atfork) pthread_atfork __attribute__((weak));

static int watch_forks(void (*prepare)(void), void (*parent)(void), void (*child)(void)) {
  return &pthread_atfork ? pthread_atfork(prepare, parent, child) : ENOSYS;
}

// The lock of the list of streams is not exported.
static void nothing(void) {}

static void pass_streams(void) {
  FILE *file = fopen("/proc/self/maps", "re");
  if (file) fclose(file);
}

static void flush_streams(void) { fflush(NULL); }

// dlopen(3) fails as soon as destructors run. The first handler that is registered is called last.
static int before_loading_ends(void (*function)(void)) { return atexit(function); }

static void at_very_end(void (*end)(int)) { end(-1); }

extern __typeof__(at_quick_exit) at_quick_exit __attribute__((weak));

static int at_quick_exit_of_library(void (*function)(void)) {
  return &at_quick_exit ? at_quick_exit(function) : ENOSYS;
}

static const struct link_map *modules(void) {
  struct r_debug *const *debug = swiftmalloc_dlsym(RTLD_DEFAULT, "_dl_debug_addr");
  return debug && *debug ? (*debug)->r_map : NULL;
}

// The list of modules grows at its end, and nothing leaves it: it can be read at any time.
static const struct link_map *first_module;

static int prepare_to_find_modules(void) {
  first_module = modules();
  return first_module != NULL;
}

static int take_headers(struct dl_phdr_info *object, size_t size, void *headers) {
  (void)size;
  *(struct swiftmalloc_program_headers *)headers =
      (struct swiftmalloc_program_headers){object->dlpi_phdr, object->dlpi_phnum};
  return 1;
}

// The first object is the program, and the lock of the list is taken behind it. Of a program that the loader was started with
// (`ld-musl-x86_64.so.1 ./program`), getauxval(AT_PHDR) tells the loader's headers.
static struct swiftmalloc_program_headers program_headers(void) {
  struct swiftmalloc_program_headers headers = {0};
  dl_iterate_phdr(take_headers, &headers);
  return headers;
}

// Whether a page can be read, by a call that changes nothing and that every filter of calls lets through: without the signals
// it is EFAULT, before an operation that there is not is EINVAL (rt_sigprocmask(2)).
static int is_readable(const void *page) {
  enum { SIGNAL_BYTES = 8 };
  return swiftmalloc_system_call(SYS_rt_sigprocmask, -1, (intptr_t)page, 0, SIGNAL_BYTES, 0, 0) != -EFAULT;
}

// Libraries begin with their headers, unless they were made to be loaded at a certain address.
static struct swiftmalloc_program_headers headers_of(const struct link_map *module) {
  if (module == first_module) return program_headers();
  struct swiftmalloc_program_headers found = {0};
  const ElfW(Ehdr) *head = (const void *)module->l_addr;
  if (!head || !is_readable(head)) return found;
  if (memcmp(head->e_ident, ELFMAG, SELFMAG) || head->e_phentsize != sizeof *found.first) return found;
  found.first = (const void *)(module->l_addr + head->e_phoff);
  found.count = head->e_phnum;
  return found;
}

static int find_module(uintptr_t pc, struct swiftmalloc_loaded_module *found) {
  for (const struct link_map *module = first_module; module; module = module->l_next) {
    const struct swiftmalloc_program_headers segments = headers_of(module);
    *found = (struct swiftmalloc_loaded_module){.start = UINTPTR_MAX, .link_map = module};
    for (size_t index = 0; index < segments.count; index++) {
      const ElfW(Phdr) *segment = &segments.first[index];
      const uintptr_t start = module->l_addr + segment->p_vaddr;
      if (segment->p_type == PT_GNU_EH_FRAME) found->unwind_table = start;
      if (segment->p_type != PT_LOAD) continue;
      if (start < found->start) found->start = start;
      if (start + segment->p_memsz > found->end) found->end = start + segment->p_memsz;
    }
    if (pc >= found->start && pc < found->end) return 1;
  }
  return 0;
}

const struct swiftmalloc_c_library swiftmalloc_musl = {
    .environment = environment,
    .initial_stack = initial_stack,
    .watch_forks = watch_forks,
    .lock_streams = nothing,
    .unlock_streams = nothing,
    .reset_streams = nothing,
    .pass_streams = pass_streams,
    .flush_streams = flush_streams,
    .at_very_end = at_very_end,
    .before_loading_ends = before_loading_ends,
    .at_quick_exit = at_quick_exit_of_library,
    .modules = modules,
    .prepare_to_find_modules = prepare_to_find_modules,
    .find_module = find_module,
    .program_headers = program_headers,
    .keeps_empty_blocks = 1,
    .keeps_modules = 1,
};
