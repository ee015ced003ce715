// The bodies of libc.h: calls that are variadic, weak, macros, or touch C types that Swift cannot
// name without a module of the C library.

#define _GNU_SOURCE
#include "libc.h"

#include <errno.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "dynamic.h"
#include "in_force.h"
#include "libc/c_library.h"
#include "loader.h"
#include "page_map.h"
#include "public_name.h"
#include "swiftmalloc.h"
#include "system_call.h"
#include "thread_state.h"

// malloc and free store the first word of this, and free then loads the second to fourth of a window. At the beginning of a
// cache line each, their addresses differ in the lowest twelve bits: otherwise an Intel processor lets the load wait for
// the store, and a pair takes up to 1.2 of the time.
__thread struct swiftmalloc_thread_state swiftmalloc_this_thread
    __attribute__((tls_model("initial-exec"), aligned(64))) = {
        .ready = SWIFTMALLOC_NO_CACHE, .span_heap = SWIFTMALLOC_NO_HEAP, .bump_heap = SWIFTMALLOC_NO_HEAP};
__attribute__((aligned(64))) struct swiftmalloc_page_window swiftmalloc_page_window;
__attribute__((aligned(64))) struct swiftmalloc_page_window swiftmalloc_fast_page_window;
__attribute__((aligned(64))) struct swiftmalloc_page_window swiftmalloc_sized_page_window;

// Behind what every process writes to (sections.ld).
__attribute__((section(".bss.late"))) void *swiftmalloc_page_map[SWIFTMALLOC_PAGE_MAP_REGIONS];
__attribute__((section(".bss.window"))) uint64_t swiftmalloc_page_window_chunks[SWIFTMALLOC_WINDOW_CHUNKS / 64];

// By the instruction: another preloaded library may have taken the C library's names.
static intptr_t call(intptr_t number, intptr_t a, intptr_t b, intptr_t c, intptr_t d) {
  return swiftmalloc_system_call(number, a, b, c, d, 0, 0);
}

int swiftmalloc_keeps_empty_blocks(void) { return swiftmalloc_c_library()->keeps_empty_blocks; }

int swiftmalloc_errno(void) { return errno; }
void swiftmalloc_set_errno(int value) { errno = value; }

uintptr_t swiftmalloc_initial_stack(void) { return swiftmalloc_c_library()->initial_stack(); }

char **swiftmalloc_environment(void) { return environ ? environ : swiftmalloc_c_library()->environment(); }

int swiftmalloc_is_secure(void) { return getauxval(AT_SECURE) != 0; }

size_t swiftmalloc_memory_size(void) {
  struct sysinfo info;
  return call(SYS_sysinfo, (intptr_t)&info, 0, 0, 0) ? 0 : info.totalram * info.mem_unit;
}

size_t swiftmalloc_address_limit(void) {
  struct rlimit64 limit;
  if (call(SYS_prlimit64, 0, RLIMIT_AS, 0, (intptr_t)&limit) || limit.rlim_cur > PTRDIFF_MAX) return PTRDIFF_MAX;
  return limit.rlim_cur;
}

int swiftmalloc_is_on_signal_stack(void) {
  stack_t stack;
  return call(SYS_sigaltstack, 0, (intptr_t)&stack, 0, 0) == 0 && stack.ss_flags & SS_ONSTACK;
}

size_t swiftmalloc_page_size(void) { return getauxval(AT_PAGESZ); }

const uint64_t *swiftmalloc_random_words(void) { return (const uint64_t *)getauxval(AT_RANDOM); }

const char *swiftmalloc_program_name(void) {
  return program_invocation_short_name ? program_invocation_short_name : "";
}

void swiftmalloc_thread_name(char *name) {
  name[0] = 0;
  call(SYS_prctl, PR_GET_NAME, (intptr_t)name, 0, 0);
}

int swiftmalloc_thread_id(void) { return (int)call(SYS_gettid, 0, 0, 0, 0); }

static pthread_key_t thread_exit_key;
static int thread_exit_key_exists;

// A program may have taken all keys: then C++'s way to run code at a thread's end, of which glibc
// has no limit, does it. It runs before key destructors, so more of them find no cache. (Under musl
// our key is made before the program runs.)
static void (*thread_exit_function)(void *);

// What the heap in force wants to be told of.
static void (*load_function)(void);
static void (*exit_function)(void);
static int has_loaded;

// Absent where the tests link the layers below.
extern void swiftmalloc_load(void) __attribute__((weak));

// A program begins with an errno of 0 (C23 7.5), which a search for libraries changes.
__attribute__((constructor)) static void loaded(void) {
  const int saved = errno;
  has_loaded = 1;
  // May set and call the function itself.
  void (*early)(void) = load_function;
  if (&swiftmalloc_load) swiftmalloc_load();
  if (early) early();
  errno = saved;
}

__attribute__((destructor)) static void exiting(void) {
  if (exit_function) exit_function();
}

void swiftmalloc_at_load_and_exit(void (*load)(void), void (*at_exit)(void)) {
  load_function = load;
  exit_function = at_exit;
  if (has_loaded) load();
}

int swiftmalloc_register(void (*prepare)(void), void (*parent)(void), void (*child)(void),
                         void (*thread_exit)(void *)) {
  int error = pthread_key_create(&thread_exit_key, thread_exit);
  thread_exit_key_exists = error == 0;
  thread_exit_function = thread_exit;
  const struct swiftmalloc_c_library *library = swiftmalloc_c_library();
  int fork_error = library->watch_forks(prepare, parent, child);
  return error && !library->at_thread_end ? error : fork_error;
}

int swiftmalloc_watch_thread(void *value) {
  if (thread_exit_key_exists) return pthread_setspecific(thread_exit_key, value) == 0;
  const struct swiftmalloc_c_library *library = swiftmalloc_c_library();
  return thread_exit_function && library->at_thread_end && !library->at_thread_end(thread_exit_function, value);
}

size_t swiftmalloc_stream_write(void *stream, const char *bytes, size_t length) {
  return fwrite(bytes, 1, length, stream);
}

// The C++ library is never linked: it is there (weak references), or was loaded later by dlopen,
// or the program has none. Called with no lock held: dlopen allocates.
typedef void (*new_handler)(void);
extern new_handler _ZSt15get_new_handlerv(void) __attribute__((weak));
extern void _ZSt17__throw_bad_allocv(void) __attribute__((weak));

static void *loaded_cxx_symbol(const char *name) {
  static const char *const libraries[] = {"libstdc++.so.6", "libc++.so.1"};
  if (swiftmalloc_is_loader_held()) return NULL;
  for (size_t index = 0; index < sizeof libraries / sizeof *libraries; index++) {
    void *library = swiftmalloc_dlopen(libraries[index], RTLD_LAZY | RTLD_NOLOAD);
    void *symbol = library ? swiftmalloc_dlsym(library, name) : NULL;
    if (symbol) return symbol;
  }
  return NULL;
}

static int call_new_handler(void) {
  new_handler (*get)(void) = _ZSt15get_new_handlerv;
  if (!get) get = (new_handler(*)(void))loaded_cxx_symbol("_ZSt15get_new_handlerv");
  new_handler handler = get ? get() : NULL;
  if (!handler) return 0;
  handler();
  return 1;
}

void *swiftmalloc_new_nothrow_slowly(size_t size, size_t alignment, const void *tag,
                                     void *(*allocate)(size_t, size_t), int is_array) {
  const int is_aligned = alignment > 16;
  // A program's own operator new is what the default form calls.
  if (!swiftmalloc_replacement(is_array ? SWIFTMALLOC_NEW_ARRAY : SWIFTMALLOC_NEW) || is_aligned) {
    void *block = allocate(size, alignment);
    if (block) return block;
  }
  const char *name = is_array ? is_aligned ? "_ZnamSt11align_val_tRKSt9nothrow_t" : "_ZnamRKSt9nothrow_t"
                     : is_aligned ? "_ZnwmSt11align_val_tRKSt9nothrow_t"
                                  : "_ZnwmRKSt9nothrow_t";
  void *library_function = swiftmalloc_dlsym(RTLD_NEXT, name);
  if (!library_function) library_function = loaded_cxx_symbol(name);
  if (!library_function) return NULL;
  return is_aligned
             ? ((void *(*)(size_t, size_t, const void *))library_function)(size, alignment, tag)
             : ((void *(*)(size_t, const void *))library_function)(size, tag);
}

void *swiftmalloc_new_slowly(size_t size, size_t alignment, void *(*allocate)(size_t, size_t),
                             void (*fail)(size_t)) {
  // No handler helps against an alignment that there is not: so does GCC's C++ library.
  while (alignment <= 16 || (alignment & (alignment - 1)) == 0) {
    void *block = allocate(size, alignment);
    if (block) return block;
    if (!call_new_handler()) break;
  }
  void (*raise)(void) = _ZSt17__throw_bad_allocv;
  if (!raise) raise = (void (*)(void))loaded_cxx_symbol("_ZSt17__throw_bad_allocv");
  if (raise) raise();
  fail(size);
  return NULL;
}

static int segment_holds(struct dl_phdr_info *object, size_t size, void *address) {
  (void)size;
  for (int index = 0; index < object->dlpi_phnum; index++) {
    const ElfW(Phdr) *segment = &object->dlpi_phdr[index];
    uintptr_t offset = *(uintptr_t *)address - object->dlpi_addr - segment->p_vaddr;
    if (segment->p_type == PT_LOAD && offset < segment->p_memsz) return 1;
  }
  return 0;
}

int swiftmalloc_is_in_loaded_object(uintptr_t address) {
  return !swiftmalloc_is_loader_held() && dl_iterate_phdr(segment_holds, &address);
}

extern void __asan_init(void) __attribute__((weak));
extern void __tsan_init(void) __attribute__((weak));
extern void __msan_init(void) __attribute__((weak));
extern void __lsan_init(void) __attribute__((weak));

int swiftmalloc_sanitizer_is_present(void) {
  return &__asan_init != NULL || &__tsan_init != NULL || &__msan_init != NULL ||
         &__lsan_init != NULL;
}

SWIFTMALLOC_PUBLIC const char *swiftmalloc_version(void) { return SWIFTMALLOC_VERSION; }
