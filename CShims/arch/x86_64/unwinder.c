// Steps up the stack by libunwind (unwinder.h). Its functions are reached by name; its header gives their types.

#if defined(__x86_64__)

#define _GNU_SOURCE
#define UNW_LOCAL_ONLY
#include "unwinder.h"

#include "dynamic.h"
#include "file_calls.h"
#include "libc.h"
#include "system_call.h"
#include "thread_state.h"
#include "unwind_tables.h"

#include <fcntl.h>
#if !__has_include(<libunwind.h>)
#error "swiftmalloc needs the header of libunwind: install Debian's package libunwind-dev"
#endif
#include <libunwind.h>
#include <link.h>
#include <string.h>
#include <sys/stat.h>
#include <ucontext.h>
#include <unistd.h>

#define NAME_OF(function) NAME_OF_EXPANDED(function)
#define NAME_OF_EXPANDED(function) #function

static __typeof__(unw_init_local2) *init_local2;
static __typeof__(unw_step) *step;
static __typeof__(unw_get_reg) *get_reg;
static __typeof__(unw_get_save_loc) *get_save_loc;
static __typeof__(unw_get_proc_info) *get_proc_info;
static __typeof__(unw_get_accessors) *get_accessors;
static __typeof__(unw_set_caching_policy) *set_caching_policy;
static int is_loaded;

// libunwind tries each page of the stack by writing a byte of it to a pipe, which it keeps open. A
// program that closes all descriptors and uses the numbers again would be written to. What we ask it
// for is where the rules of the code say: it is read as it is. Others' questions are as before.
static int (*validating_access)(unw_addr_space_t, unw_word_t, unw_word_t *, int, void *);

static int access_memory(unw_addr_space_t space, unw_word_t address, unw_word_t *value, int is_write,
                         void *argument) {
  const int is_ours = swiftmalloc_thread_flags() & SWIFTMALLOC_THREAD_IS_TRACING;
  if (is_write || !is_ours) return validating_access(space, address, value, is_write, argument);
  // A register of code that a signal interrupted may hold anything. The registers themselves stand in
  // the context, a few frames up from here.
  const struct swiftmalloc_thread_state *thread = &swiftmalloc_this_thread;
  const int is_register = address - (uintptr_t)__builtin_frame_address(0) < 16384;
  if (!is_register &&
      (address < thread->stack_start || address > thread->stack_end - sizeof *value))
    return -1;
  *value = *(const unw_word_t *)address;
  return 0;
}

// The pipe that it opens at its first use stands in two numbers, which are -1 before. It is found
// by that, and taken away with the numbers set back: whoever else uses libunwind in this process
// finds it as it was, and no descriptor is in the program's way.
enum { PAIRS = 256 };
struct pairs {
  uintptr_t code;
  int *places[PAIRS];
  int count;
};

static int note_pairs(struct dl_phdr_info *object, size_t size, void *argument) {
  (void)size;
  struct pairs *pairs = argument;
  int is_it = 0;
  for (int index = 0; index < object->dlpi_phnum; index++) {
    const ElfW(Phdr) *segment = &object->dlpi_phdr[index];
    is_it |= segment->p_type == PT_LOAD && pairs->code - object->dlpi_addr - segment->p_vaddr < segment->p_memsz;
  }
  if (!is_it) return 0;
  for (int index = 0; index < object->dlpi_phnum; index++) {
    const ElfW(Phdr) *segment = &object->dlpi_phdr[index];
    if (segment->p_type != PT_LOAD || !(segment->p_flags & PF_W)) continue;
    int *numbers = (int *)(object->dlpi_addr + segment->p_vaddr);
    for (size_t at = 0; at + 1 < segment->p_memsz / sizeof *numbers && pairs->count < PAIRS; at++)
      if (numbers[at] == -1 && numbers[at + 1] == -1) pairs->places[pairs->count++] = &numbers[at];
  }
  return 1;
}

static int is_pipe(const int *numbers) {
  struct stat ends[2];
  return numbers[0] >= 0 && numbers[1] >= 0 && !swiftmalloc_file_status(numbers[0], &ends[0]) &&
         !swiftmalloc_file_status(numbers[1], &ends[1]) &&
         S_ISFIFO(ends[0].st_mode) && ends[0].st_ino == ends[1].st_ino;
}

static void use_without_pipe(void) {
  struct pairs pairs = {.code = (uintptr_t)step};
  dl_iterate_phdr(note_pairs, &pairs);
  struct swiftmalloc_frame frame = {.pc = (uintptr_t)__builtin_return_address(0),
                                    .sp = (uintptr_t)__builtin_frame_address(0) + 16,
                                    .fp = *(uintptr_t *)__builtin_frame_address(0)};
  struct swiftmalloc_frame caller;
  swiftmalloc_unwind_step(&frame, &caller, frame.sp - 4096, frame.sp + 4096);
  for (int index = 0; index < pairs.count; index++) {
    int *numbers = pairs.places[index];
    if (!is_pipe(numbers)) continue;
    swiftmalloc_file_close(numbers[0]);
    swiftmalloc_file_close(numbers[1]);
    numbers[0] = numbers[1] = -1;
  }
}

// By the links of a folder that has one for each thread, where the C library does not tell.
static int is_alone(void) {
  enum { LINKS_OF_ONE = 3 };
  struct stat status;
  return swiftmalloc_is_single_threaded() ||
         (swiftmalloc_system_call(SYS_newfstatat, AT_FDCWD, (intptr_t) "/proc/self/task", (intptr_t)&status, 0, 0, 0) == 0 &&
          status.st_nlink == LINKS_OF_ONE);
}

int swiftmalloc_unwinder_load(void) {
  // At its first use libunwind asks for a page by mincore(2), and a filter may end the process for it. Behind one the
  // tables are read without libunwind, where the loader tells of them.
  if (swiftmalloc_is_filtered() && swiftmalloc_unwind_tables_prepare()) return 0;
  void *library = swiftmalloc_dlopen("libunwind.so.8", RTLD_NOW | RTLD_LOCAL);
  if (!library) return 0;
  init_local2 = (__typeof__(init_local2))swiftmalloc_dlsym(library, NAME_OF(unw_init_local2));
  step = (__typeof__(step))swiftmalloc_dlsym(library, NAME_OF(unw_step));
  get_reg = (__typeof__(get_reg))swiftmalloc_dlsym(library, NAME_OF(unw_get_reg));
  get_save_loc = (__typeof__(get_save_loc))swiftmalloc_dlsym(library, NAME_OF(unw_get_save_loc));
  get_proc_info = (__typeof__(get_proc_info))swiftmalloc_dlsym(library, NAME_OF(unw_get_proc_info));
  get_accessors = (__typeof__(get_accessors))swiftmalloc_dlsym(library, NAME_OF(unw_get_accessors));
  set_caching_policy = (__typeof__(set_caching_policy))swiftmalloc_dlsym(library, NAME_OF(unw_set_caching_policy));
  unw_addr_space_t *addresses = swiftmalloc_dlsym(library, NAME_OF(unw_local_addr_space));
  is_loaded = init_local2 && step && get_reg && get_save_loc && get_proc_info && get_accessors &&
              set_caching_policy && addresses;
  if (is_loaded) {
    // Another thread may be using it.
    if (is_alone()) use_without_pipe();
    // It asks the loader while it holds the lock of its cache; and a function of dl_iterate_phdr(3) that allocates comes here
    // with the loader's lock, and would wait for the cache's. We remember its answers ourselves.
    set_caching_policy(*addresses, UNW_CACHE_NONE);
    unw_accessors_t *accessors = get_accessors(*addresses);
    validating_access = accessors->access_mem;
    accessors->access_mem = access_memory;
  }
  return is_loaded;
}

int swiftmalloc_unwinder_is_loaded(void) { return is_loaded; }

int swiftmalloc_unwind_step(const struct swiftmalloc_frame *frame,
                            struct swiftmalloc_frame *caller, uintptr_t stack_start,
                            uintptr_t stack_end) {
  swiftmalloc_this_thread.stack_start = stack_start;
  swiftmalloc_this_thread.stack_end = stack_end;
  unw_context_t context;
  memset(&context, 0, sizeof context);
  context.uc_mcontext.gregs[REG_RIP] = (greg_t)frame->pc;
  context.uc_mcontext.gregs[REG_RSP] = (greg_t)frame->sp;
  context.uc_mcontext.gregs[REG_RBP] = (greg_t)frame->fp;
  unw_cursor_t cursor;
  if (init_local2(&cursor, &context, 0) < 0) return 0;
  // Without this question libunwind guesses where it knows nothing. Then its answer is one byte long.
  unw_proc_info_t information;
  if (get_proc_info(&cursor, &information) < 0 || information.end_ip - information.start_ip <= 1)
    return -1;
  caller->is_signal = swiftmalloc_returns_from_signal(frame->pc);
  if (step(&cursor) <= 0) return 0;
  unw_word_t pc, sp, fp;
  unw_save_loc_t place;
  if (get_reg(&cursor, UNW_REG_IP, &pc) < 0 || get_reg(&cursor, UNW_REG_SP, &sp) < 0 ||
      get_reg(&cursor, UNW_X86_64_RBP, &fp) < 0 ||
      get_save_loc(&cursor, UNW_X86_64_RBP, &place) < 0)
    return 0;
  if (pc == 0) return 0;
  caller->pc = pc;
  caller->sp = sp;
  caller->fp = fp;
  const int is_on_stack =
      place.type == UNW_SLT_MEMORY && place.u.addr >= frame->sp && place.u.addr < sp;
  caller->saved_fp_at = is_on_stack ? place.u.addr : 0;
  return 1;
}

#endif
