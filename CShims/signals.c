// The body of signals.h.

#define _GNU_SOURCE
#include "signals.h"

#include "system_call.h"

#if defined(__x86_64__)
// What a handler returns to (rt_sigreturn(2)); the C library's own is not exported.
__asm__(".text\n.type swiftmalloc_signal_return,@function\nswiftmalloc_signal_return:\n"
        "movq $15, %rax\nsyscall\n.size swiftmalloc_signal_return,.-swiftmalloc_signal_return\n");
void swiftmalloc_signal_return(void);
enum { RESTORER_FLAG = 0x04000000 };
#else
enum { RESTORER_FLAG = 0 };
#endif

int swiftmalloc_handle_signal(int number, swiftmalloc_signal_handler handler, unsigned long flags,
                              struct swiftmalloc_signal_action *before) {
  struct swiftmalloc_signal_action action = {.handler = handler, .mask = ~(uint64_t)0};
  action.flags = flags | SA_SIGINFO | SA_ONSTACK | RESTORER_FLAG;
#if defined(__x86_64__)
  action.restorer = swiftmalloc_signal_return;
#endif
  return (int)swiftmalloc_system_call(SYS_rt_sigaction, number, (intptr_t)&action, (intptr_t)before, sizeof action.mask,
                                      0, 0);
}
