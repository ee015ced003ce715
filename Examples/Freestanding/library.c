// What the heap asks of a system, on a machine that has none: one thread, no clock, no files. The headers of CShims say what each
// of these is. A program of its own would give milliseconds, so that `Recycling.after` means something, and random words.

#include "machine.h"
#include "string.h"

#include "clock.h"
#include "counters.h"
#include "exit.h"
#include "in_force.h"
#include "leaks.h"
#include "libc.h"
#include "page_map.h"
#include "quiet.h"
#include "signals.h"
#include "thread_state.h"

__thread struct swiftmalloc_thread_state swiftmalloc_this_thread = {.ready = SWIFTMALLOC_NO_CACHE};
struct swiftmalloc_page_window swiftmalloc_page_window, swiftmalloc_fast_page_window, swiftmalloc_sized_page_window;
void *swiftmalloc_page_map[SWIFTMALLOC_PAGE_MAP_REGIONS];
uint64_t swiftmalloc_page_window_chunks[SWIFTMALLOC_WINDOW_CHUNKS / 64];
unsigned char *swiftmalloc_live_base;
uint64_t swiftmalloc_call_counts[SWIFTMALLOC_LIVE_CALLS];

__attribute__((aligned(4096))) unsigned char machine_memory[MACHINE_MEMORY], machine_notes[MACHINE_NOTES];

// The linker script says where the template of thread-local variables lies; it ends where the pointer points to, and the word
// there is the pointer itself (System V ABI for x86-64, thread-local storage).
extern const unsigned char thread_template[], thread_template_end[];
void *machine_make_thread(void) {
  static __attribute__((aligned(64))) unsigned char place[1024 + 64];
  unsigned char *pointer = place + 1024;
  size_t count = (size_t)(thread_template_end - thread_template);
  memcpy(pointer - count, thread_template, count);
  *(void **)pointer = pointer;
  return pointer;
}

uintptr_t __stack_chk_guard = 0x5a17c0de5a17c0de;
void __stack_chk_fail(void) { machine_end(3); }

// Where a report goes.
intptr_t swiftmalloc_write_quietly(int file, const void *bytes, intptr_t count) {
  (void)file;
  machine_print(bytes, (size_t)count);
  return count;
}
void swiftmalloc_abort(void) { machine_end(2); }

size_t swiftmalloc_page_size(void) { return 4096; }
size_t swiftmalloc_address_limit(void) { return PTRDIFF_MAX; }
// None that a window of the page map would be made for: leaves serve all addresses.
size_t swiftmalloc_memory_size(void) { return 0; }
uint64_t swiftmalloc_milliseconds(void) { return 0; }
uint64_t swiftmalloc_monotonic_ns(void) { return 0; }
const uint64_t *swiftmalloc_random_words(void) { return NULL; }
// Swift's own, for hash tables, which the heap has none of.
void arc4random_buf(void *bytes, size_t count) { memset(bytes, 4, count); }

// Nothing was loaded that a report could name.
int swiftmalloc_is_in_loaded_object(uintptr_t address) {
  (void)address;
  return 0;
}

const char *swiftmalloc_program_name(void) { return "self-test"; }
int swiftmalloc_thread_id(void) { return 1; }
void swiftmalloc_thread_name(char *name) { memcpy(name, "main", 5); }
int swiftmalloc_is_on_signal_stack(void) { return 0; }
int swiftmalloc_is_terminal(int descriptor) { return (void)descriptor, 0; }
int swiftmalloc_standard_error(void) { return 2; }
size_t swiftmalloc_stream_write(void *stream, const char *bytes, size_t length) {
  return (void)stream, (void)bytes, length;
}
int swiftmalloc_watch_thread(void *value) { return (void)value, 0; }
int swiftmalloc_frees_are_replaced(void) { return 0; }
