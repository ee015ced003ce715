// One step up the stack by what the architecture has for it. On x86-64 that is libunwind, which is loaded when a mode needs
// traces: production depends on the C library alone. On AArch64 the frame records lead to the callers.

#ifndef SWIFTMALLOC_UNWINDER_H
#define SWIFTMALLOC_UNWINDER_H

#include <stdint.h>

/// Registers of a frame: where it will go on, and what its stack and frame pointers are then.
struct swiftmalloc_frame {
  uintptr_t pc, sp, fp;
  /// Where the caller's frame pointer was saved; 0 when the register still holds it.
  uintptr_t saved_fp_at;
  /// Where code that a signal interrupted goes back to when it has made no frame record yet (AArch64: x30); else 0.
  uintptr_t link;
  /// The frame that was left is the kernel's, for a signal handler: the code was interrupted here.
  int is_signal;
};

/// Loads what steps need: whether it is there. Behind a filter of system calls nothing is loaded, where the tables can be read. May
/// allocate.
int swiftmalloc_unwinder_load(void);

/// Whether it was loaded.
int swiftmalloc_unwinder_is_loaded(void);

/// From a frame, whose pc is a return address, to its caller: 1; 0 when there is none that can be told, -1 when no
/// table describes the code at pc. Reads the stack from `stack_start` up to `stack_end` only. May allocate and
/// takes the loader's lock: call it with no lock held.
int swiftmalloc_unwind_step(const struct swiftmalloc_frame *frame, struct swiftmalloc_frame *caller,
                            uintptr_t stack_start, uintptr_t stack_end);

/// Whether the code at `pc` is what the kernel lets signal handlers return to. It is readable.
int swiftmalloc_returns_from_signal(uintptr_t pc);

/// How many times code was unloaded from the process. Takes the loader's lock.
uint64_t swiftmalloc_unload_count(void);

/// Of a frame whose pc is such code, what the handler was given as its third argument; null where it is not found in the stack,
/// which ends at `stack_end`.
const void *swiftmalloc_interrupted_context(const struct swiftmalloc_frame *frame, uintptr_t stack_end);

/// From what a jump to no code left behind, `frame`, to the code that jumped, if it was by a call.
///
/// - Parameter context: the third argument of the handler of the signal that came of it.
void swiftmalloc_leave_jump(const void *context, struct swiftmalloc_frame *frame);

/// The registers that a signal handler's third argument describes.
void swiftmalloc_context_frame(const void *context, struct swiftmalloc_frame *frame);

/// Whether the fault was on what is no address (not canonical), so that the processor tells none; 0 where it tells.
int swiftmalloc_context_is_no_address(const void *context);

/// A general register of those that a signal handler's third argument describes, by numbers from 0 on; 0 when
/// there are no more.
int swiftmalloc_context_register(const void *context, int number, uintptr_t *value);

/// Whether the fault of a signal handler's third argument was a write; 0 where this is not known.
int swiftmalloc_context_is_write(const void *context);

/// The calling function's frame, of which every function of this library has one:
/// [0] the caller's, [1] the return address.
static inline __attribute__((always_inline)) const uintptr_t *swiftmalloc_frame_address(void) {
  return (const uintptr_t *)__builtin_frame_address(0);
}

#endif
