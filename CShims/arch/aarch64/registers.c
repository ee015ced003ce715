// The registers that a signal handler is given, and what else only this processor has: unwinder.h, crash.h, signal_frame.h.

#if defined(__aarch64__)

#define _GNU_SOURCE
#include <signal.h>
#include <string.h>
#include <ucontext.h>

#include "../architecture.h"
#include "../signal_frame.h"
#include "crash.h"
#include "step.h"
#include "unwinder.h"

static const mcontext_t *registers_of(const void *context) { return &((const ucontext_t *)context)->uc_mcontext; }

void swiftmalloc_context_frame(const void *context, struct swiftmalloc_frame *frame) {
  const mcontext_t *registers = registers_of(context);
  frame->pc = registers->pc;
  frame->sp = registers->sp;
  frame->fp = registers->regs[29];
  frame->link = swiftmalloc_code_address(registers->regs[30]);
}

int swiftmalloc_context_register(const void *context, int number, uintptr_t *value) {
  if (number > 30) return 0;
  *value = registers_of(context)->regs[number];
  return 1;
}

// The kernel tells the cause of a fault in a record of its own behind the other registers: struct esr_context of
// <asm/sigcontext.h>. 0 where there is none, as under qemu-user of old.
static uint64_t syndrome(const void *context) {
  enum { MAGIC = 0x45535201 };
  struct head {
    uint32_t magic, size;
  };
  const mcontext_t *registers = registers_of(context);
  const unsigned char *record = registers->__reserved, *end = record + sizeof registers->__reserved;
  while (record + 16 <= end) {
    struct head head;
    memcpy(&head, record, sizeof head);
    if (head.magic == 0 || head.size < 16) return 0;
    uint64_t value;
    memcpy(&value, record + sizeof head, sizeof value);
    if (head.magic == MAGIC) return value;
    record += head.size;
  }
  return 0;
}

// Arm's manual, ESR_EL1: the class of a data abort from user code, and its bit "write not read" (a write as well: cache maintenance).
static int is_data_abort(uint64_t syndrome) { return syndrome >> 26 == 0x24; }

int swiftmalloc_context_is_write(const void *context) {
  const uint64_t cause = syndrome(context);
  return is_data_abort(cause) && (cause & 1 << 6);
}

int swiftmalloc_context_access(const void *context) {
  const mcontext_t *registers = registers_of(context);
  if (registers->pc == registers->fault_address) return SWIFTMALLOC_ACCESS_JUMP;
  if (!is_data_abort(syndrome(context))) return SWIFTMALLOC_ACCESS_UNKNOWN;
  return swiftmalloc_context_is_write(context) ? SWIFTMALLOC_ACCESS_WRITE : SWIFTMALLOC_ACCESS_READ;
}

// The kernel tells each address that was used.
int swiftmalloc_context_is_no_address(const void *context) {
  (void)context;
  return 0;
}

int swiftmalloc_context_operand(const void *context, uintptr_t *address) {
  (void)context, (void)address;
  return -1;
}

// A call has left the return address in x30.
void swiftmalloc_leave_jump(const void *context, struct swiftmalloc_frame *frame) {
  (void)context;
  frame->pc = frame->link;
}

// The kernel has a place of its own for handlers to return to.
void swiftmalloc_set_signal_return(struct swiftmalloc_signal_action *action) { (void)action; }

uintptr_t swiftmalloc_segment_base(void) { return 0; }

// A process cannot run one instruction of itself: only a debugger can (ptrace(2)).
int swiftmalloc_step(const void *context, uintptr_t page, size_t length) {
  (void)context, (void)page, (void)length;
  return 0;
}

#endif
