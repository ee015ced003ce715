// Steps up the stack (unwinder.h): along the frame records, which Swift code does. Here is what a signal's frame needs.
//
//   | siginfo | ucontext, with the registers … | x29, x30 of what was interrupted |
//     sp of the handler's caller                 where x29 of the handler's caller leads

#if defined(__aarch64__)

#define _GNU_SOURCE
#include "unwinder.h"

#include <ucontext.h>

#include "unwind_tables.h"

// Tables tell of interrupted code whether it has made its record.
int swiftmalloc_unwinder_load(void) {
  swiftmalloc_unwind_tables_prepare();
  return 1;
}

int swiftmalloc_unwinder_is_loaded(void) { return 1; }

// `mov x8, #SYS_rt_sigreturn; svc #0`, in the vDSO.
int swiftmalloc_returns_from_signal(uintptr_t pc) {
  const uint32_t *code = (const uint32_t *)pc;
  return !(pc & 3) && code[0] == 0xd2801168 && code[1] == 0xd4000001;
}

// How many bytes a signal's frame has depends on the processor's vector registers, and the handler's
// record does not tell where it begins: the registers are found by what the last record repeats.
const void *swiftmalloc_interrupted_context(const struct swiftmalloc_frame *frame, uintptr_t stack_end) {
  const uintptr_t longest = 256 * 1024;
  const uintptr_t last = frame->fp;
  if (last < frame->sp || last & 15 || stack_end < 16 || last > stack_end - 16 || last - frame->sp > longest) return 0;
  const uintptr_t *record = (const uintptr_t *)last;
  for (uintptr_t place = (frame->sp + 15) & ~(uintptr_t)15; place + sizeof(ucontext_t) <= last; place += 16) {
    const ucontext_t *context = (const ucontext_t *)place;
    const mcontext_t *registers = &context->uc_mcontext;
    if (registers->regs[29] == record[0] && registers->regs[30] == record[1] && !context->uc_link && registers->pc)
      return context;
  }
  return 0;
}

int swiftmalloc_unwind_step(const struct swiftmalloc_frame *frame, struct swiftmalloc_frame *caller, uintptr_t stack_start,
                            uintptr_t stack_end) {
  (void)stack_start;
  if (!swiftmalloc_returns_from_signal(frame->pc)) return -1;
  const void *context = swiftmalloc_interrupted_context(frame, stack_end);
  if (!context) return 0;
  swiftmalloc_context_frame(context, caller);
  caller->is_signal = 1;
  return 1;
}

#endif
