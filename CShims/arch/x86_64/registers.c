// The registers that a signal handler is given, and what else only this processor has: unwinder.h, crash.h, signal_frame.h.

#if defined(__x86_64__)

#define _GNU_SOURCE
#include <ucontext.h>

#include "../signal_frame.h"
#include "crash.h"
#include "quiet.h"
#include "system_call.h"
#include "unwinder.h"

static const greg_t *registers_of(const void *context) { return ((const ucontext_t *)context)->uc_mcontext.gregs; }

void swiftmalloc_context_frame(const void *context, struct swiftmalloc_frame *frame) {
  const greg_t *registers = registers_of(context);
  frame->pc = (uintptr_t)registers[REG_RIP];
  frame->sp = (uintptr_t)registers[REG_RSP];
  frame->fp = (uintptr_t)registers[REG_RBP];
  frame->link = 0;
}

int swiftmalloc_context_register(const void *context, int number, uintptr_t *value) {
  // The first sixteen: from REG_R8 to REG_RSP and REG_RIP.
  if (number > REG_RIP) return 0;
  *value = (uintptr_t)registers_of(context)[number];
  return 1;
}

// Bits of the error code of a page fault: Intel's manual, volume 3, 4.7.
enum { GENERAL_PROTECTION = 13, PAGE_FAULT = 14, WRITE = 2, FETCH = 16 };

int swiftmalloc_context_is_no_address(const void *context) {
  return registers_of(context)[REG_TRAPNO] == GENERAL_PROTECTION;
}

int swiftmalloc_context_is_write(const void *context) { return (registers_of(context)[REG_ERR] & WRITE) != 0; }

int swiftmalloc_context_access(const void *context) {
  const greg_t *registers = registers_of(context);
  if (registers[REG_TRAPNO] != PAGE_FAULT) return SWIFTMALLOC_ACCESS_UNKNOWN;
  if (registers[REG_ERR] & FETCH) return SWIFTMALLOC_ACCESS_JUMP;
  return registers[REG_ERR] & WRITE ? SWIFTMALLOC_ACCESS_WRITE : SWIFTMALLOC_ACCESS_READ;
}

// A call has left the return address on the stack.
void swiftmalloc_leave_jump(const void *context, struct swiftmalloc_frame *frame) {
  (void)context;
  frame->pc = *(const uintptr_t *)frame->sp;
  frame->sp += sizeof frame->pc;
}

// What a handler returns to; the C library's own is not exported.
__asm__(".text\n.type swiftmalloc_signal_return,@function\nswiftmalloc_signal_return:\n"
        "movq $15, %rax\nsyscall\n.size swiftmalloc_signal_return,.-swiftmalloc_signal_return\n");
void swiftmalloc_signal_return(void);

void swiftmalloc_set_signal_return(struct swiftmalloc_signal_action *action) {
  enum { HAS_RESTORER = 0x04000000 };  // SA_RESTORER
  action->flags |= HAS_RESTORER;
  action->restorer = swiftmalloc_signal_return;
}

// The kernel lets handlers return to `mov $SYS_rt_sigreturn, %rax; syscall`. libunwind would read these
// bytes through access_memory, which reads the stack only.
int swiftmalloc_returns_from_signal(uintptr_t pc) {
  static const unsigned char code[] = {0x48, 0xc7, 0xc0, 0x0f, 0x00, 0x00, 0x00, 0x0f, 0x05};
  const unsigned char *bytes = (const unsigned char *)pc;
  for (unsigned long index = 0; index < sizeof code; index++)
    if (bytes[index] != code[index]) return 0;
  return 1;
}

// The handler's return took the address off; what is left begins with the registers.
const void *swiftmalloc_interrupted_context(const struct swiftmalloc_frame *frame, uintptr_t stack_end) {
  const uintptr_t least = 512;
  if (stack_end <= least || frame->sp > stack_end - least || frame->sp & 7) return 0;
  return (const void *)frame->sp;
}

uintptr_t swiftmalloc_segment_base(void) {
  enum { GET_GS = 0x1004 };  // <asm/prctl.h>
  uintptr_t base = 0;
  swiftmalloc_system_call(SYS_arch_prctl, GET_GS, (intptr_t)&base, 0, 0, 0, 0);
  return base;
}

uintptr_t swiftmalloc_stack_words_offset(void) { return 0; }

#endif
