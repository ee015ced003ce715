// The body of signals.h.

#define _GNU_SOURCE
#include "signals.h"

#include "arch/signal_frame.h"
#include "system_call.h"

int swiftmalloc_handle_signal(int number, swiftmalloc_signal_handler handler, unsigned long flags,
                              struct swiftmalloc_signal_action *before) {
  struct swiftmalloc_signal_action action = {.handler = handler, .mask = ~(uint64_t)0};
  action.flags = flags | SA_SIGINFO | SA_ONSTACK;
  swiftmalloc_set_signal_return(&action);
  return (int)swiftmalloc_system_call(SYS_rt_sigaction, number, (intptr_t)&action, (intptr_t)before, sizeof action.mask,
                                      0, 0);
}
