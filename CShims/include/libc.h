// What the library asks of the C library, beyond what Embedded Swift itself knows, with the types
// that Swift would import in two different ways spelled out.

#ifndef SWIFTMALLOC_LIBC_H
#define SWIFTMALLOC_LIBC_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// The structures of mallinfo2(3) and mallinfo(3), under names of our own because not every version
/// of the C library's header has both.
struct swiftmalloc_mallinfo2 {
  size_t arena, ordblks, smblks, hblks, hblkhd, usmblks, fsmblks, uordblks, fordblks, keepcost;
};
struct swiftmalloc_mallinfo {
  int arena, ordblks, smblks, hblks, hblkhd, usmblks, fsmblks, uordblks, fordblks, keepcost;
};

/// Whether the process has one thread, as the C library knows (`__libc_single_threaded`, glibc 2.32): then
/// nothing need be atomic. 0 when that is not known.
extern char __libc_single_threaded __attribute__((weak));
static inline __attribute__((always_inline)) int swiftmalloc_is_single_threaded(void) {
  return &__libc_single_threaded && __libc_single_threaded;
}

/// Whether the C library's realloc(3) gives a block for a size of 0, which a caller then takes for a success: musl. glibc's
/// frees.
int swiftmalloc_keeps_empty_blocks(void);

/// errno of the calling thread.
int swiftmalloc_errno(void);
void swiftmalloc_set_errno(int value);

/// The environment: `environ`, or, before the C library has set it, the one on the initial stack.
/// Null when there is none.
char **swiftmalloc_environment(void);

/// An address on the initial thread's stack; 0 when none is known.
uintptr_t swiftmalloc_initial_stack(void);

/// Whether the process runs with raised rights (getauxval(AT_SECURE)): then options are ignored.
int swiftmalloc_is_secure(void);

/// Whether the caller runs on the stack that sigaltstack(2) set. Leaves errno alone.
int swiftmalloc_is_on_signal_stack(void);

/// Calls `body` on a stack of half a megabyte, so that it works on the smallest one; on the caller's when
/// there is none. errno stays.
void swiftmalloc_on_large_stack(void (*body)(void *), void *context);

/// The same for a report, which no small stack has room for: where other threads have all large ones, it waits for one of
/// them, for a second at most.
void swiftmalloc_report_on_large_stack(void (*body)(void *), void *context);

/// In a child of fork: the stacks of the threads that are not there are free.
void swiftmalloc_large_stacks_in_child(void);

/// Bytes of the large stack of that number, and where it begins (0: not used yet); 0 when there are no more.
size_t swiftmalloc_large_stack(int index, uintptr_t *start);

/// Bytes of memory that the machine has.
size_t swiftmalloc_memory_size(void);

/// Bytes of address space that the process may have (RLIMIT_AS); PTRDIFF_MAX without a limit.
size_t swiftmalloc_address_limit(void);

/// The system's page size in bytes (getauxval(AT_PAGESZ)).
size_t swiftmalloc_page_size(void);

/// Two random words that the kernel gave the process (getauxval(AT_RANDOM)), of which the C library makes its own
/// secrets; null when there are none.
const uint64_t *swiftmalloc_random_words(void);

/// The program's short name (program_invocation_short_name); "" when not known yet.
const char *swiftmalloc_program_name(void);

/// The name of the calling thread into `name`, 16 bytes, terminated (prctl(PR_GET_NAME)).
void swiftmalloc_thread_name(char *name);

/// The calling thread's id (gettid).
int swiftmalloc_thread_id(void);

/// Ends the process with SIGABRT.
_Noreturn void swiftmalloc_abort(void);

/// Registers the three fork handlers and makes `thread_exit` run with the value given to
/// `swiftmalloc_watch_thread` when a thread ends. Returns 0, or an error number.
int swiftmalloc_register(void (*prepare)(void), void (*parent)(void), void (*child)(void),
                         void (*thread_exit)(void *));

/// Makes `load` run when the C library can serve everything, which may be now, and `at_exit` at the
/// process' end, as late as a library's destructor does.
void swiftmalloc_at_load_and_exit(void (*load)(void), void (*at_exit)(void));

/// Makes the registered thread_exit run (again) with `value` at the end of the calling thread; 0 when it will not.
int swiftmalloc_watch_thread(void *value);

/// Writes `length` bytes to a C stream (fwrite); returns the bytes written.
size_t swiftmalloc_stream_write(void *stream, const char *bytes, size_t length);

/// operator new when the fast path has no block: tries `allocate`, calls the installed C++
/// new-handler as long as there is one, and then throws std::bad_alloc; `fail` ends the process
/// when no C++ library is loaded that could. In C, because an exception cannot pass a Swift frame:
/// the caller's last act must be a jump here, so that only this frame is left.
void *swiftmalloc_new_slowly(size_t size, size_t alignment, void *(*allocate)(size_t, size_t),
                             void (*fail)(size_t));

/// As above, with null instead of any exception: a failure is left to the C++ library's own function,
/// which calls the throwing form and knows how to catch. `tag` is what the caller gave for
/// std::nothrow.
void *swiftmalloc_new_nothrow_slowly(size_t size, size_t alignment, const void *tag,
                                     void *(*allocate)(size_t, size_t), int is_array);

/// Whether `address` lies in a segment of the program or of a loaded library.
int swiftmalloc_is_in_loaded_object(uintptr_t address);

/// Whether an allocation checker that is compiled into the program (AddressSanitizer and its
/// kin) is present.
int swiftmalloc_sanitizer_is_present(void);

#endif
